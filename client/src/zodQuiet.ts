import { z } from 'zod';

// zod would try `new Function` for speed; the CSP refuses that, and each try adds a line to the browser's report.
z.config({ jitless: true });
