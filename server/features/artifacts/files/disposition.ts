import { cutFileName } from '../../../../contract/fileName.ts';

/** What file systems accept, with room for the number that browsers append to an existing name. */
const DOWNLOAD_MAX = 200;

/** Removes anything that breaks a header, hides an extension (bidirectional marks) or leads into another folder. */
function harmless(name: string): string {
  // \p{C}: controls, formats, lone surrogates
  return cutFileName(name.normalize('NFC').replace(/[\p{C}\\/:*?"<>|]/gu, '_'), DOWNLOAD_MAX);
}

/**
 * `Content-Disposition` with a name for old readers and one in UTF-8.
 *
 * @see RFC 6266, RFC 8187
 */
export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const clean = harmless(name);
  const plain = clean.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(clean).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
