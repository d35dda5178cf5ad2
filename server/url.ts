/**
 * Parses a URL; null if it is not one. Not `URL.canParse`: in Node 20, once optimised, it rejects every text with a letter
 * between U+0080 and U+00FF (`https://lms.example/é`).
 */
export function parseUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
