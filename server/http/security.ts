import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
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
export function securityHeaders(): RequestHandler {
  const headers = [['Permissions-Policy', PERMISSIONS] as const, ...headersOf(withHelmet())];
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value);
    next();
  };
}

/** What a handler sets on every answer alike: told once, instead of a dozen handlers for each request. */
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
