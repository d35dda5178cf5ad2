import { isUtf8 } from 'node:buffer';
import { Refused } from './refusals.ts';

/** Bytes at the end of `data` that begin a character whose rest is still to come: 0 to 3. */
function openEnd(data: Buffer): number {
  for (let back = 1; back <= Math.min(3, data.length); back++) {
    const byte = data[data.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needs > back ? back : 0;
    }
  }
  return 0;
}

/**
 * Reads a whole content as plain text: valid UTF-8 without NUL, to its last byte.
 *
 * @throws {Refused} unknown_type if it contains a NUL, not_utf8 if the bytes are not UTF-8
 */
export async function checkText(content: AsyncIterable<Buffer>): Promise<void> {
  let carry: Buffer = Buffer.alloc(0);
  for await (const part of content) {
    if (part.includes(0)) throw new Refused('unknown_type');
    const data = carry.length > 0 ? Buffer.concat([carry, part]) : part;
    const open = openEnd(data);
    if (!isUtf8(data.subarray(0, data.length - open))) throw new Refused('not_utf8');
    carry = Buffer.from(data.subarray(data.length - open));
  }
  if (carry.length > 0) throw new Refused('not_utf8');
}
