import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Features that none of our pages use, so that a script that got into one cannot use them either: pictures and recordings are
 * chosen as files, with the system's own camera on a phone. Copying and a video's full screen are allowed for our own origin
 * only.
 */
const PERMISSIONS = [
  ...['accelerometer', 'camera', 'clipboard-read', 'display-capture', 'geolocation', 'gyroscope', 'hid'],
  ...['magnetometer', 'microphone', 'midi', 'payment', 'serial', 'usb'],
]
  .map((feature) => `${feature}=()`)
  .concat('clipboard-write=(self)', 'fullscreen=(self)', 'picture-in-picture=(self)')
  .join(', ');

/**
 * Headers of every response. Pages set their own Content-Security-Policy, since `frame-ancestors` depends on the launch; anything
 * that sets none gets the strictest. No X-Frame-Options, because it cannot name the LMS. No COOP, because it would cut
 * `window.opener`, which a registration uses to tell the LMS that it is done, and a new window to find its frame.
 */
export function securityHeaders(): RequestHandler {
  const headers = [['Permissions-Policy', PERMISSIONS] as const, ...headersOf(withHelmet())];
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value);
    next();
  };
}

/** Headers that are the same on every response: set at once, instead of by a dozen handlers for each request. */
function headersOf(handler: ReturnType<typeof helmet>): [string, string][] {
  const headers: [string, string][] = [];
  const answer = new ServerResponse(new IncomingMessage(new Socket()));
  answer.setHeader = (name, value) => {
    headers.push([name, String(value)]);
    return answer;
  };
  handler(answer.req, answer, () => undefined);
  return headers;
}

function withHelmet(): ReturnType<typeof helmet> {
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
