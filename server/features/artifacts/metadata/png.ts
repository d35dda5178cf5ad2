import { crc32 } from 'node:zlib';
import { Refused } from '../checks/refusals.ts';
import type { Source } from '../storage/chunkReader.ts';
import { exifOrientation, orientationBlock } from './exifOrientation.ts';
import { checkPixels, readExactly, StripPlan } from './stripPlan.ts';

/** Chunks that pixels, colours and animation need. All others (eXIf, tEXt, iTXt, zTXt, tIME, vendors') are removed. */
const KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV mDCv cLLI cLLi bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(
    ' ',
  ),
);
const IHDR_END = 33;
const EXIF_MAX = 1024 * 1024;

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(8 + body.length);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 4 + body.length);
  return chunk;
}

/**
 * Plans a PNG (also animated) with the chunks that its pixels need.
 *
 * @see https://www.w3.org/TR/png-3/#5Chunk-layout
 * @throws {Refused} damaged, image_too_large
 */
export async function planPng(source: Source): Promise<StripPlan> {
  const plan = new StripPlan();
  const header = await readExactly(source, 0, IHDR_END);
  if (header.toString('latin1', 12, 16) !== 'IHDR') throw new Refused('damaged');
  checkPixels(header.readUInt32BE(16), header.readUInt32BE(20));
  plan.keep(0, 8);
  let orientation = 1;
  for (let at = 8; ;) {
    const head = await readExactly(source, at, 8);
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    const end = at + 12 + length;
    if (end > source.size) throw new Refused('damaged');
    if (type === 'eXIf' && length <= EXIF_MAX)
      orientation = exifOrientation(await readExactly(source, at + 8, length));
    if (type === 'IEND') {
      plan.keep(at, end);
      if (end < source.size) plan.drop();
      // before the pixels: readers that stop at them still learn the rotation
      if (orientation !== 1) plan.insertEarly(IHDR_END, pngChunk('eXIf', orientationBlock(orientation)));
      return plan;
    }
    if (KEPT.has(type)) plan.keep(at, end);
    else plan.drop();
    at = end;
  }
}
