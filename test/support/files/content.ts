import { createHash, randomBytes } from 'node:crypto';

const MIB = 1024 * 1024;
/** Random bytes that do not compress, generated once and reused with a different number each time. */
const noise = randomBytes(MIB);
/** Beginning of an MPEG-4 video: `ftyp` and an `mdat` that extends to the end. */
const FILM = Buffer.concat([
  Buffer.from('0000001c66747970', 'hex'),
  Buffer.from('isom\0\0\x02\0isomiso2mp41', 'latin1'),
  Buffer.from('000000006d646174', 'hex'),
]);

/** Bytes of MiB number `n` of the video. */
function mebibyte(n: number, size: number): Buffer {
  const part = Buffer.from(noise.subarray(0, Math.min(MIB, size - n * MIB)));
  if (n === 0) FILM.copy(part);
  else part.writeUIntBE(n % 256 ** Math.min(4, part.length), 0, Math.min(4, part.length));
  return part;
}

/**
 * Bytes from `start` up to but not including `end` of the video of `size` bytes, in pieces of 64 KiB as a socket accepts them.
 */
export function* filmBytes(size: number, start = 0, end = size): Generator<Buffer> {
  for (let n = Math.floor(start / MIB); n * MIB < end; n++) {
    const part = mebibyte(n, size).subarray(Math.max(0, start - n * MIB), end - n * MIB);
    for (let i = 0; i < part.length; i += 65_536) yield part.subarray(i, i + 65_536);
  }
}

export function filmDigest(size: number): string {
  const hash = createHash('sha256');
  for (const part of filmBytes(size)) hash.update(part);
  return hash.digest('hex');
}
