import { Refused } from '../checks/refusals.ts';
import type { Source } from '../storage/chunkReader.ts';
import { checkPixels, readExactly, StripPlan } from './stripPlan.ts';

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;
const COMMENT = 0xfe;
const APPLICATION = 0xff;
/** Application blocks that animation and colours need; XMP and all others are removed. */
const KEPT_APPLICATIONS = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012']);

const colourTable = (packed: number): number => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);

/** Window sizes for walking through sequences of sub-blocks; the first sequence of a picture usually ends much earlier. */
const WINDOWS = [256, 64 * 1024] as const;

/** Position after a sequence of sub-blocks. */
async function endOfBlocks(source: Source, from: number): Promise<number> {
  for (let at = from, window: number = WINDOWS[0]; ; window = WINDOWS[1]) {
    const data = await source.readAt(at, window);
    if (data.length === 0) throw new Refused('damaged');
    let i = 0;
    while (i < data.length) {
      const length = data[i] ?? 0;
      i += 1 + length;
      if (length === 0) return at + i;
    }
    at += i;
  }
}

async function isKept(source: Source, at: number): Promise<boolean> {
  const [, label] = await readExactly(source, at, 2);
  if (label === COMMENT) return false;
  if (label !== APPLICATION) return true;
  const name = await source.readAt(at + 3, 11);
  return KEPT_APPLICATIONS.has(name.toString('latin1'));
}

/**
 * Plans a GIF without comments, XMP and anything after its end.
 *
 * @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 * @throws {Refused} damaged, image_too_large
 */
export async function planGif(source: Source): Promise<StripPlan> {
  const plan = new StripPlan();
  const header = await readExactly(source, 0, 13);
  checkPixels(header.readUInt16LE(6), header.readUInt16LE(8));
  let at = 13 + colourTable(header[10] ?? 0);
  plan.keep(0, at);
  for (;;) {
    const [kind] = await readExactly(source, at, 1);
    if (kind === TRAILER) {
      plan.keep(at, at + 1);
      if (at + 1 < source.size) plan.drop();
      return plan;
    }
    let end: number;
    if (kind === IMAGE) {
      const descriptor = await readExactly(source, at, 10);
      end = await endOfBlocks(source, at + 11 + colourTable(descriptor[9] ?? 0));
    } else if (kind === EXTENSION) end = await endOfBlocks(source, at + 2);
    else throw new Refused('damaged');
    if (kind === IMAGE || (await isKept(source, at))) plan.keep(at, end);
    else plan.drop();
    at = end;
  }
}
