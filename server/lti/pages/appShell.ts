import type { Response } from 'express';
import type { Html } from './html.ts';
import { setFrameHeaders } from './layout.ts';

/** Where the client's page takes its session from: `<!--waymark-session-->` in index.html, else the end of the head. */
const MARKERS = ['<!--waymark-session-->', '</head>'] as const;

export interface ShellFrame {
  /** Sources of `frame-ancestors`. */
  ancestors: readonly string[];
  /** Where forms may post: a deep linking reply goes to the platform. */
  formTargets: readonly string[];
}

function appCsp({ ancestors, formTargets }: ShellFrame): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    // Mantine sets its variables in style elements and attributes
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "frame-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    `frame-ancestors ${ancestors.join(' ')}`,
  ].join('; ');
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
  const page = marker && block ? shell.replace(marker, () => `${block.text}${marker}`) : shell;
  res.status(200).type('html').send(page);
}
