import type { RefusalCode } from '../../../../contract/artifacts.ts';

const startsWith = (head: Buffer, ...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte);
const ascii = (head: Buffer, at: number, text: string): boolean =>
  head.subarray(at, at + text.length).toString('latin1') === text;

/** A zip, by the header of its first entry. */
export const isZip = (head: Buffer): boolean => ascii(head, 0, 'PK\x03\x04');

/** First bytes of Mach-O (both byte orders, 32 and 64 bit), fat Mach-O and Java classes. */
const MACH_O = [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe, 0xbebafeca];

/** Programs of any system, by their first bytes. */
export function isProgram(head: Buffer): boolean {
  if (head.length < 4) return false;
  return (
    startsWith(head, 0x7f, 0x45, 0x4c, 0x46) || // ELF
    startsWith(head, 0x4d, 0x5a) || // MZ: PE, DOS, drivers
    ascii(head, 0, '#!') || // scripts
    ascii(head, 0, '\0asm') || // WebAssembly
    ascii(head, 0, 'dex\n') || // Android
    ascii(head, 0, 'L\0\0\0\x01\x14\x02') || // Windows shortcut
    MACH_O.includes(head.readUInt32BE(0))
  );
}

/**
 * Tags that make browsers treat a text as HTML. @see
 * https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
 */
const HTML_TAGS =
  'doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--|meta|link|form|img|object|embed|base';
const HTML_START = new RegExp(`^<(?:!?(?:${HTML_TAGS}))(?:[\\s>/]|$)|^<!--`, 'i');
const PROLOGUE = /^(?:\s+|<\?xml[^>]{0,500}\?>|<!--[\s\S]{0,2000}?-->|<!doctype\s+svg[^>]{0,2000}>)/i;

/**
 * Markup at the beginning of a text, skipping white space, XML declarations and comments.
 *
 * @param text  the first few thousand characters
 */
export function markupOf(text: string): RefusalCode | null {
  let rest = text.replace(/^\uFEFF/, '');
  const hadProlog = /^\s*<\?xml/i.test(rest);
  for (let cut = PROLOGUE.exec(rest); cut; cut = PROLOGUE.exec(rest)) rest = rest.slice(cut[0].length);
  if (/^<(?:\w+:)?svg[\s>]/i.test(rest)) return 'svg';
  if (HTML_START.test(rest) || HTML_START.test(text.trimStart())) return 'web_page';
  return hadProlog ? 'other_document' : null;
}

const MPEG_BITRATES = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const MPEG_RATES = [44_100, 48_000, 32_000] as const;

/** Length in bytes of the MPEG audio layer III frame at `at`; 0 if there is none. */
function mp3FrameLength(head: Buffer, at: number): number {
  const [a = 0, b = 0, c = 0] = head.subarray(at, at + 3);
  const version = (b >> 3) & 3;
  if (a !== 0xff || (b & 0xe0) !== 0xe0 || version === 1 || ((b >> 1) & 3) !== 1) return 0;
  const one = version === 3;
  const bitrate = MPEG_BITRATES[one ? 1 : 2][c >> 4] ?? 0;
  const base = MPEG_RATES[(c >> 2) & 3];
  if (bitrate === 0 || base === undefined) return 0;
  const rate = one ? base : version === 2 ? base / 2 : base / 4;
  return Math.floor(((one ? 144 : 72) * bitrate * 1000) / rate) + ((c >> 1) & 1);
}

/** Length of an ADTS (AAC) frame at `at`; 0 if there is none. */
function adtsFrameLength(head: Buffer, at: number): number {
  const frame = head.subarray(at, at + 7);
  if (frame.length < 7 || frame[0] !== 0xff || ((frame[1] ?? 0) & 0xf6) !== 0xf0) return 0;
  return (((frame[3] ?? 0) & 3) << 11) | ((frame[4] ?? 0) << 3) | ((frame[5] ?? 0) >> 5);
}

/**
 * True if `head` begins with consecutive audio frames: two sync bytes alone are too weak a sign. If the first frame ends beyond
 * `head`, one is sufficient.
 */
export function hasAudioFrames(head: Buffer): boolean {
  for (const lengthOf of [mp3FrameLength, adtsFrameLength]) {
    const first = lengthOf(head, 0);
    if (first > 7 && (first + 7 > head.length || lengthOf(head, first) > 0)) return true;
  }
  return false;
}
