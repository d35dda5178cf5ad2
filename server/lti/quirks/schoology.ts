import type { Quirks } from './interface.ts';
import { other } from './other.ts';

/** Schoology: no known deviation from the standard; one host serves all districts, so only a few calls at once. */
export const schoology: Quirks = { ...other, parallel: 4 };
