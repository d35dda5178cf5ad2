import { Refused } from '../checks/refusals.ts';
import type { Source } from '../storage/chunkReader.ts';
import { exifOrientation, orientationBlock } from './exifOrientation.ts';
import { checkPixels, readExactly, StripPlan, type Piece } from './stripPlan.ts';

const KEPT = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const FLAG_XMP = 0x04;
const FLAG_EXIF = 0x08;
const EXIF_MAX = 1024 * 1024;

function checkSize(type: string, body: Buffer): void {
  if (type === 'VP8X') checkPixels(body.readUIntLE(4, 3) + 1, body.readUIntLE(7, 3) + 1);
  if (type === 'VP8 ') checkPixels(body.readUInt16LE(6) & 0x3fff, body.readUInt16LE(8) & 0x3fff);
  if (type === 'VP8L') {
    const bits = body.readUInt32LE(1);
    checkPixels((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
}

function exifChunk(orientation: number): Buffer {
  const block = orientationBlock(orientation);
  const chunk = Buffer.alloc(8 + block.length);
  chunk.write('EXIF', 0, 'latin1');
  chunk.writeUInt32LE(block.length, 4);
  block.copy(chunk, 8);
  return chunk;
}

const lengthOf = (piece: Piece): number =>
  'bytes' in piece ? piece.bytes.length : 'from' in piece ? piece.to - piece.from : piece.zeros;

/** The file's header and, in the extended form, its flags are rewritten to match what is left. */
function finish(plan: StripPlan, vp8x: Buffer | null, orientation: number): StripPlan {
  if (!plan.changed) return plan;
  if (orientation !== 1 && vp8x) plan.insert(exifChunk(orientation));
  if (vp8x) {
    const flags = (vp8x[8] ?? 0) & ~(FLAG_XMP | FLAG_EXIF);
    vp8x[8] = orientation === 1 ? flags : flags | FLAG_EXIF;
    plan.pieces.unshift({ bytes: vp8x });
  }
  const riff = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  riff.writeUInt32LE(4 + plan.pieces.reduce((sum, piece) => sum + lengthOf(piece), 0), 4);
  plan.pieces.unshift({ bytes: riff });
  return plan;
}

/**
 * Plans a WebP without its EXIF, XMP and unknown chunks.
 *
 * @see https://developers.google.com/speed/webp/docs/riff_container
 * @throws {Refused} damaged, image_too_large
 */
export async function planWebp(source: Source): Promise<StripPlan> {
  const plan = new StripPlan();
  const header = await readExactly(source, 0, 12);
  const end = Math.min(8 + header.readUInt32LE(4), source.size);
  let vp8x: Buffer | null = null;
  let orientation = 1;
  let images = 0;
  if (end < source.size) plan.drop();
  for (let at = 12; at + 8 <= end;) {
    const head = await readExactly(source, at, 8);
    const type = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    const next = at + 8 + length + (length % 2);
    if (at + 8 + length > source.size) throw new Refused('damaged');
    checkSize(type, await source.readAt(at + 8, Math.min(length, 16)));
    if (type === 'EXIF' && length <= EXIF_MAX)
      orientation = exifOrientation(await readExactly(source, at + 8, length));
    if (type === 'VP8X' && length === 10) vp8x = Buffer.from(await readExactly(source, at, 18));
    else if (KEPT.has(type)) plan.keep(at, Math.min(next, source.size));
    else plan.drop();
    if (type === 'VP8 ' || type === 'VP8L' || type === 'ANMF') images += 1;
    at = next;
  }
  if (images === 0) throw new Refused('damaged');
  return finish(plan, vp8x, orientation);
}
