import { Refused } from '../checks/refusals.ts';
import type { Source } from '../storage/chunkReader.ts';
import { exifOrientation, orientationBlock } from './exifOrientation.ts';
import { checkPixels, readExactly, StripPlan } from './stripPlan.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const COM = 0xfe;

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
const hasLength = (marker: number): boolean => !(marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9));

/** Segments that the pixels need or that say nothing about a person: JFIF, ICC colours, Adobe's colour transform, all tables. */
function isKept(marker: number, body: Buffer): boolean {
  if (marker === APP0) return body.toString('latin1', 0, 5) === 'JFIF\0';
  if (marker === APP2) return body.toString('latin1', 0, 12) === 'ICC_PROFILE\0';
  if (marker === APP14) return body.toString('latin1', 0, 5) === 'Adobe';
  return !(marker >= APP0 && marker <= 0xef) && marker !== COM;
}

/** Bytes of entropy-coded data that are searched at once. */
const WINDOW = 128 * 1024;

/** Position of the next marker that ends the entropy-coded data, or the file's end. RSTn and stuffed zeros belong to the data. */
async function endOfScan(source: Source, from: number): Promise<number> {
  let at = from;
  while (at < source.size) {
    const data = await source.readAt(at, WINDOW - (at % WINDOW));
    let i = data.indexOf(0xff);
    for (; i >= 0 && i + 1 < data.length; i = data.indexOf(0xff, i + 1)) {
      const next = data[i + 1] ?? 0;
      if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at + i;
    }
    if (i < 0) at += data.length;
    else {
      // 0xff is the last byte here: its meaning is in the next chunk
      const pair = await source.readAt(at + i, 2);
      const next = pair[1] ?? 0;
      if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at + i;
      at += i + 1;
    }
  }
  return source.size;
}

class JpegWalk {
  readonly plan = new StripPlan();
  readonly #source: Source;
  #orientation = 1;
  #scans = 0;
  #pixelsSeen = false;
  /** Where in the file the orientation is inserted: after SOI and JFIF. */
  #insertAt = 2;

  constructor(source: Source) {
    this.#source = source;
  }

  async run(): Promise<StripPlan> {
    this.plan.keep(0, 2);
    let at = 2;
    while (at < this.#source.size) {
      const [lead, marker = 0] = await this.#source.readAt(at, 2);
      if (lead !== 0xff) throw new Refused('damaged');
      if (marker === 0xff) {
        at += 1; // fill byte
        continue;
      }
      if (marker === EOI) {
        this.plan.keep(at, at + 2);
        // thumbnails, second pictures and videos that phones append after the end
        if (at + 2 < this.#source.size) this.plan.drop();
        break;
      }
      at = hasLength(marker) ? await this.#segment(marker, at) : this.#bare(marker, at);
    }
    if (this.#scans === 0 || !this.#pixelsSeen) throw new Refused('damaged');
    if (this.#orientation !== 1) this.#keepOrientation();
    return this.plan;
  }

  #bare(marker: number, at: number): number {
    if (marker === SOI) throw new Refused('damaged');
    this.plan.keep(at, at + 2);
    return at + 2;
  }

  async #segment(marker: number, at: number): Promise<number> {
    const length = (await readExactly(this.#source, at + 2, 2)).readUInt16BE(0);
    if (length < 2) throw new Refused('damaged');
    const end = at + 2 + length;
    const body = await readExactly(this.#source, at + 4, length - 2);
    if (marker === APP1 && body.toString('latin1', 0, 6) === 'Exif\0\0')
      this.#orientation = exifOrientation(body);
    if (isFrame(marker)) {
      checkPixels(body.readUInt16BE(3), body.readUInt16BE(1));
      this.#pixelsSeen = true;
    }
    if (isKept(marker, body)) this.plan.keep(at, end);
    else this.plan.drop();
    if (marker === APP0 && this.plan.pieces.length === 1) this.#insertAt = end;
    if (marker !== SOS) return end;
    this.#scans += 1;
    const next = await endOfScan(this.#source, end);
    this.plan.keep(end, next);
    return next;
  }

  /** Without it, a phone's portrait would lie on its side. */
  #keepOrientation(): void {
    const block = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), orientationBlock(this.#orientation)]);
    const segment = Buffer.alloc(4 + block.length);
    segment.writeUInt16BE(0xff00 | APP1, 0);
    segment.writeUInt16BE(block.length + 2, 2);
    block.copy(segment, 4);
    this.plan.insertEarly(this.#insertAt, segment);
  }
}

/**
 * Plans a JPEG without EXIF, XMP, IPTC, comments, vendors' segments and anything after its end; pixels, colours and rotation
 * stay.
 *
 * @throws {Refused} damaged, image_too_large
 */
export function planJpeg(source: Source): Promise<StripPlan> {
  return new JpegWalk(source).run();
}
