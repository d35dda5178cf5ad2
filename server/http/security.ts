import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Headers of every answer. Pages set their own Content-Security-Policy, since `frame-ancestors` is per launch; what
 * sets none gets the strictest. No X-Frame-Options: it can't name the LMS. No COOP: it would cut `window.opener`, by which a
 * registration tells the LMS that it is done, and a window of its own finds its frame.
 */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'frame-ancestors': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'none'"],
      },
    },
    frameguard: false,
    crossOriginOpenerPolicy: false,
    crossOriginEmbedderPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: { maxAge: 63_072_000, includeSubDomains: false },
  });
}
