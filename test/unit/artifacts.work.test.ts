import { describe, expect, it } from '@jest/globals';
import { HEAD_BYTES, inspect, sniff } from '../../server/features/artifacts/checks/inspect.ts';
import { Refused } from '../../server/features/artifacts/checks/refusals.ts';
import { SLICE_STEPS, STEPS_MAX } from '../../server/features/artifacts/checks/work.ts';
import { applyPlan } from '../../server/features/artifacts/metadata/stripPlan.ts';
import { bufferSource, type Source } from '../../server/features/artifacts/storage/chunkReader.ts';
import { contentTypes, pdf, photo, picture, WORD, wordDocument, zipOf } from '../support/files/samples.ts';

/** What became of a content, and how others fared meanwhile. */
interface Course {
  verdict: string;
  /** Looks into the content, and MiB read, at most between two turns of the event loop. */
  looks: number;
  mebibytes: number;
}

async function verdictOn(source: Source): Promise<string> {
  try {
    return (await inspect(source)).mediaType;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

/** Checks a content beside a ticker that counts what was done since it last had its turn. */
async function courseOf(content: Buffer): Promise<Course> {
  const course = { verdict: '', looks: 0, mebibytes: 0 };
  let [looks, bytes, over] = [0, 0, false];
  const tick = (): void => {
    course.looks = Math.max(course.looks, looks);
    course.mebibytes = Math.max(course.mebibytes, bytes / 1024 ** 2);
    [looks, bytes] = [0, 0];
    if (!over) setImmediate(tick);
  };
  const plain = bufferSource(content);
  const source: Source = {
    size: plain.size,
    readAt(position, length) {
      looks += 1;
      bytes += length;
      return plain.readAt(position, length);
    },
    stream: (start, end) => plain.stream(start, end),
  };
  setImmediate(tick);
  course.verdict = await verdictOn(source);
  over = true;
  tick();
  return course;
}

const repeat = (hex: string, times: number): Buffer =>
  Buffer.alloc((hex.length / 2) * times, Buffer.from(hex, 'hex'));

/** A picture with `more` put in at `place`. */
async function withMore(
  format: 'jpeg' | 'png' | 'gif' | 'webp',
  place: number,
  more: Buffer,
): Promise<Buffer> {
  const image = await picture().toFormat(format).toBuffer();
  return Buffer.concat([image.subarray(0, place), more, image.subarray(place)]);
}

async function gifWith(more: Buffer): Promise<Buffer> {
  const image = await picture().gif().toBuffer();
  const table = (image[10] ?? 0) & 0x80 ? 3 * 2 ** (((image[10] ?? 0) & 7) + 1) : 0;
  return Buffer.concat([image.subarray(0, 13 + table), more, image.subarray(13 + table)]);
}

function box(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

const FTYP = box('ftyp', Buffer.from('avif\0\0\0\0avifmif1', 'latin1'));
const avifWith = (meta: Buffer): Buffer =>
  Buffer.concat([FTYP, box('meta', Buffer.concat([Buffer.alloc(4), meta])), box('mdat', Buffer.alloc(64))]);

/** Places of items that take no byte: six bytes claim 65,535 of them. */
function endlessPlaces(): Buffer {
  const item = Buffer.from('000100000000ffff', 'hex').subarray(0, 8);
  const iloc = Buffer.concat([
    Buffer.from('00000000' + '0000' + 'ffff', 'hex'),
    ...Array<Buffer>(60_000).fill(item),
  ]);
  return box('iloc', iloc);
}

async function webpWith(more: Buffer): Promise<Buffer> {
  const image = await withMore('webp', 12, more);
  image.writeUInt32LE(image.length - 8, 4);
  return image;
}

/** An end of central directory that claims so many entries. */
function claiming(zip: Buffer, entries: number): Buffer {
  const copy = Buffer.from(zip);
  copy.writeUInt16LE(entries, copy.length - 12);
  return copy;
}

const manyParts = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`word/${i}.xml`, '']));

const MANY_TYPES = `${contentTypes(`${WORD}.main+xml`).replace('</Types>', '')}${'<Override PartName="/a" ContentType="b"/>'.repeat(80_000)}</Types>`;

/** Files made to keep a process busy, and what becomes of them. */
const MADE: [string, () => Buffer | Promise<Buffer>, string][] = [
  ['a GIF of 900,000 comment blocks', () => gifWith(repeat('21fe014100', 900_000)), 'too_complex'],
  [
    'a GIF with a comment of 3,000,000 parts',
    () => gifWith(Buffer.concat([Buffer.from('21fe', 'hex'), repeat('0141', 3_000_000), Buffer.alloc(1)])),
    'image/gif',
  ],
  [
    'a PNG of 400,000 text chunks',
    () => withMore('png', 33, repeat('000000007445587400000000', 400_000)),
    'image/png',
  ],
  [
    'a PNG of 1,100,000 text chunks',
    () => withMore('png', 33, repeat('000000007445587400000000', 1_100_000)),
    'too_complex',
  ],
  ['a JPEG of 600,000 comments', () => withMore('jpeg', 2, repeat('fffe0002', 600_000)), 'too_complex'],
  [
    'a JPEG whose pixels are stuffed zeros',
    async () => {
      const image = await photo('jpeg');
      return Buffer.concat([
        image.subarray(0, image.length - 2),
        repeat('ff00', 8_000_000),
        image.subarray(-2),
      ]);
    },
    'image/jpeg',
  ],
  ['a WebP of 600,000 empty chunks', () => webpWith(repeat('4a554e4b00000000', 600_000)), 'too_complex'],
  ['an AVIF of 2,000 boxes', () => Buffer.concat([FTYP, repeat('0000000866726565', 2000)]), 'too_complex'],
  [
    'an AVIF with 60,000 boxes of metadata',
    () => avifWith(repeat('0000000866726565', 60_000)),
    'too_complex',
  ],
  ['an AVIF with metadata of 3 MiB', () => avifWith(box('free', Buffer.alloc(3 * 1024 ** 2))), 'too_complex'],
  ['an AVIF that claims billions of places', () => avifWith(endlessPlaces()), 'too_complex'],
  ['a document that claims 65,534 parts', async () => claiming(await wordDocument(), 65_534), 'archive'],
  ['a document of 4,000 parts', () => wordDocument(manyParts(4_000)), WORD],
  ['a document that declares 80,000 parts', () => zipOf({ '[Content_Types].xml': MANY_TYPES }), WORD],
  [
    'relationships nested 200,000 deep',
    () => wordDocument({ '_rels/.rels': `${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}` }),
    'too_complex',
  ],
  [
    'relationships of 17 MiB',
    () => wordDocument({ '_rels/.rels': Buffer.alloc(17 * 1024 ** 2, 32) }),
    'too_complex',
  ],
  [
    'a zip within a zip within a zip',
    async () => zipOf({ 'a.zip': await zipOf({ 'b.zip': await zipOf({ 'c.txt': 'c' }) }) }),
    'archive',
  ],
  ['a text of 16 MiB', () => Buffer.alloc(16 * 1024 ** 2, 'a line\n'), 'text/plain'],
  ['a PDF behind comments', () => Buffer.concat([Buffer.from('% a comment\n'), pdf()]), 'application/pdf'],
];

describe('a file that was made to keep the process busy', () => {
  it.each(MADE)(
    '%s leaves others their turns, and is settled',
    async (_what, make, verdict) => {
      const content = await make();

      const course = await courseOf(content);

      expect(course.verdict).toBe(verdict);
      expect(course.looks).toBeLessThanOrEqual(SLICE_STEPS + 1);
      expect(course.mebibytes).toBeLessThanOrEqual(8);
    },
    120_000,
  );

  it('gets no more than its steps, whatever format it has', async () => {
    let looks = 0;
    const content = await withMore('jpeg', 2, repeat('ff', 2 * STEPS_MAX));
    const plain = bufferSource(content);
    const source: Source = {
      ...plain,
      readAt: (position, length) => {
        looks += 1;
        return plain.readAt(position, length);
      },
    };

    expect(await verdictOn(source)).toBe('too_complex');
    expect(looks).toBeLessThanOrEqual(STEPS_MAX);
  });
});

describe('a picture of which many small pieces are kept', () => {
  it('is written anew by looks at what is read already, not by a request for each piece', async () => {
    const image = await photo('png');
    const pieces = Array.from({ length: 1000 }, (_, i) => ({ from: i, to: i + 1 }));
    let streams = 0;
    const plain = bufferSource(Buffer.concat([image, Buffer.alloc(1000)]));
    const source: Source = {
      ...plain,
      stream: (start, end) => {
        streams += 1;
        return plain.stream(start, end);
      },
    };
    const parts: Buffer[] = [];

    for await (const part of applyPlan(source, pieces)) parts.push(part);

    expect(Buffer.concat(parts)).toEqual(await plain.readAt(0, 1000));
    expect(streams).toBe(0);
  });
});

/** Beginnings made to keep whoever tells types by them busy: counts and lengths that lead on, back, or nowhere. */
const HEADS: [string, string, string][] = [
  ['a PNG of empty chunks', '89504e470d0a1a0a', '000000007445587400000000'],
  ['a PNG with a chunk of a negative length', '89504e470d0a1a0a', 'fffffff47445587400000000'],
  ['ID3 tags without a length', '49443304000000000000', '49443304000000000000'],
  ['Matroska elements without a length', '1a45dfa3ff', 'ec80'],
  ['Matroska headers that never end', '1a45dfa3ff', '4286810142f7810142f2810442f3810842828477'],
  [
    'ASF objects of no length',
    '3026b2758e66cf11a6d900aa0062ce6c',
    '9107dcb7b7a9cf118ee600c00c2053650000000000000000',
  ],
  ['a TIFF of 65,535 entries', '49492a0008000000ffff', 'fe0004000100000000000000'],
  ['a TIFF whose table is itself', '4d4d002a00000008ffff', '00fe00040000000100000008'],
  ['a gzip stream of nothing', '1f8b0800000000000003', '00'],
  ['boxes of no length', '0000001866747970', '00000000'],
  ['frames of no length', 'fff1', 'fff0'],
  ['any bytes of ones', 'ff', 'ff'],
];

describe('the beginning of a file, however it was made', () => {
  it.each(HEADS)('is told in a few turns of the event loop: %s', async (_what, first, rest) => {
    const start = Buffer.from(first, 'hex');
    const head = Buffer.concat([start, repeat(rest, HEAD_BYTES)]).subarray(0, HEAD_BYTES);
    let turns = 0;
    let over = false;
    const tick = (): void => {
      turns += 1;
      if (!over) setImmediate(tick);
    };
    setImmediate(tick);

    const told = await sniff(head).then(
      () => 'told',
      (error: unknown) => (error instanceof Refused ? 'refused' : 'failed'),
    );
    over = true;

    expect(told).not.toBe('failed');
    expect(turns).toBeLessThan(200);
  });
});
