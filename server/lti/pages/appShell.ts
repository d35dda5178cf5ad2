import type { Response } from 'express';
import type { Html } from '../../http/html.ts';
import { sendNoStore } from '../../http/noStore.ts';
import { toPolicy } from './csp.ts';
import { isFramed, setFrameHeaders } from './layout.ts';

/** Where the client's page takes its session from: `<!--waymark-session-->` in index.html, otherwise the end of the head. */
const MARKERS = ['<!--waymark-session-->', '</head>'] as const;

export interface ShellFrame {
  /** Sources of `frame-ancestors`. */
  ancestors: readonly string[];
  /** Where forms may post: a deep linking reply goes to the platform. */
  formTargets: readonly string[];
}

/**
 * Nothing inline and nothing from elsewhere. Mantine's variables are a style sheet of the build, and React sets styles through
 * the CSSOM, which no policy restricts; a file's preview is an `<img>`, `<video>` or frame of our own `/files`.
 */
function appCsp({ ancestors, formTargets }: ShellFrame): string {
  return toPolicy({
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'img-src': ["'self'"],
    'media-src': ["'self'"],
    'frame-src': ["'self'"],
    'manifest-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'", ...formTargets],
    'frame-ancestors': ancestors,
  });
}

/**
 * Sends the client's page with the headers of its frame.
 *
 * @param shell  the built index.html
 * @param block  a JSON block for the head, or null
 */
export function sendShell(res: Response, shell: string, frame: ShellFrame, block: Html | null): void {
  setFrameHeaders(res, appCsp(frame));
  const marker = MARKERS.find((text) => shell.includes(text));
  const filled = marker && block ? shell.replace(marker, () => `${block.text}${marker}`) : shell;
  // until the client knows better: a dark system must not flash dark inside a light LMS
  const page = isFramed(res) ? filled.replace('<html', '<html data-mantine-color-scheme="light"') : filled;
  res.statusCode = 200;
  sendNoStore(res, 'text/html; charset=utf-8', page);
}
