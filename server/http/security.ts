import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * What no page of ours uses, and so no script that got into one can: pictures and recordings are chosen as files, by the
 * system's own camera where a phone has one. Copying and a video's full screen are for our own origin only.
 */
const PERMISSIONS = [
  ...['accelerometer', 'camera', 'clipboard-read', 'display-capture', 'geolocation', 'gyroscope', 'hid'],
  ...['magnetometer', 'microphone', 'midi', 'payment', 'serial', 'usb'],
]
  .map((feature) => `${feature}=()`)
  .concat('clipboard-write=(self)', 'fullscreen=(self)', 'picture-in-picture=(self)')
  .join(', ');

/**
 * Headers of every answer. Pages set their own Content-Security-Policy, since `frame-ancestors` is per launch; what
 * sets none gets the strictest. No X-Frame-Options: it can't name the LMS. No COOP: it would cut `window.opener`, by which a
 * registration tells the LMS that it is done, and a window of its own finds its frame.
 */
export function securityHeaders(): RequestHandler[] {
  const permissions: RequestHandler = (_req, res, next) => {
    res.setHeader('Permissions-Policy', PERMISSIONS);
    next();
  };
  return [permissions, withHelmet()];
}

function withHelmet(): RequestHandler {
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
