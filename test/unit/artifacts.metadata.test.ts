import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import exifr from 'exifr';
import fc from 'fast-check';
import sharp from 'sharp';
import { inspect } from '../../server/features/artifacts/checks/inspect.ts';
import { Refused } from '../../server/features/artifacts/checks/refusals.ts';
import { applyPlan } from '../../server/features/artifacts/metadata/stripPlan.ts';
import { bufferSource } from '../../server/features/artifacts/storage/chunkReader.ts';
import { photo, picture, pixelsOf, XMP } from '../support/files/samples.ts';

/** What is kept of an image, and what the page says of it. */
async function kept(image: Buffer): Promise<{ data: Buffer; notes: string[] }> {
  const source = bufferSource(image);
  const { strip, notes } = await inspect(source);
  if (!strip) return { data: image, notes };
  const parts: Buffer[] = [];
  for await (const part of applyPlan(source, strip.pieces)) parts.push(Buffer.from(part));
  return { data: Buffer.concat(parts), notes };
}

/** The EXIF that is left in an image, as a reader finds it. */
async function exifOf(image: Buffer): Promise<{ Make?: string; Model?: string; latitude?: number }> {
  const { exif } = await sharp(image).metadata();
  // some formats keep the block with its header; exifr reads it without
  return ((exif && (await exifr.parse(exif.subarray(exif.toString('latin1', 0, 4) === 'Exif' ? 6 : 0)))) ??
    {}) as { Make?: string };
}

/** Words that a phone's metadata holds, in any encoding that they may stand in. */
function tells(image: Buffer): string[] {
  const words = ['Sample phones', 'Sample 1', 'Teacher 14', 'Sampletown', 'GPS', 'xmpmeta'];
  return words.filter((word) => image.includes(word) || image.includes(Buffer.from(word, 'utf16le')));
}

const FORMATS = ['jpeg', 'png', 'webp', 'avif'] as const;

function box(type: string, body: Buffer, form: 'short' | 'long' = 'short'): Buffer {
  const head = Buffer.alloc(form === 'long' ? 16 : 8);
  head.writeUInt32BE(form === 'long' ? 1 : head.length + body.length);
  head.write(type, 4, 'latin1');
  if (form === 'long') head.writeBigUInt64BE(BigInt(head.length + body.length), 8);
  return Buffer.concat([head, body]);
}

type Forms = Partial<Record<'free' | 'iinf' | 'iloc', 'long' | 'broken' | 'twice'>>;

/** The boxes of an AVIF with one item, which is EXIF; no pixels. */
function avifOfBoxes(forms: Forms): Buffer {
  const formOf = (type: keyof Forms) => (forms[type] === 'long' ? 'long' : 'short');
  const ftyp = box('ftyp', Buffer.from('avif\0\0\0\0avifmif1', 'latin1'));
  const exif = Buffer.from('\0\0\0\0Sample phones', 'latin1');
  const infe = box('infe', Buffer.from('02000000' + '0001' + '0000' + '4578696600', 'hex'));
  const iinf = box('iinf', Buffer.concat([Buffer.from('000000000001', 'hex'), infe]), formOf('iinf'));
  const place = Buffer.alloc(8);
  place.writeUInt32BE(ftyp.length + 8);
  place.writeUInt32BE(exif.length, 4);
  const iloc = box(
    'iloc',
    Buffer.concat([Buffer.from('00000000' + '4400' + '0001' + '0001' + '0000' + '0001', 'hex'), place]),
    formOf('iloc'),
  );
  const free = box('free', Buffer.alloc(8), formOf('free'));
  if (forms.free === 'broken') free.writeUInt32BE(4);
  const lists = forms.iinf === 'twice' ? [iinf, iinf] : [iinf];
  const meta = box('meta', Buffer.concat([Buffer.alloc(4), ...lists, iloc, free]));
  return Buffer.concat([ftyp, box('mdat', exif), meta]);
}

describe('metadata of images', () => {
  it.each(FORMATS)('a %s keeps its pixels to the bit and tells nothing any more', async (format) => {
    const image = await photo(format);

    const { data, notes } = await kept(image);

    expect(tells(data)).toEqual([]);
    expect(await pixelsOf(data)).toEqual(await pixelsOf(image));
    expect(notes).toEqual(['metadata_stripped']);
  });

  it.each(FORMATS)('a %s is read back without place, device and XMP', async (format) => {
    const image = await photo(format);
    const before = await exifOf(image);
    const { data } = await kept(image);

    const after = await exifOf(data);

    expect(before).toMatchObject({ Make: 'Sample phones', Model: 'Sample 1' });
    expect(before.latitude).toBeCloseTo(47.375, 3);
    expect((await sharp(image).metadata()).xmp).toBeDefined();
    expect(after).toEqual({});
    expect((await sharp(data).metadata()).xmp?.toString().includes('Sampletown') ?? false).toBe(false);
  });

  it.each(['jpeg', 'png', 'webp'] as const)('a %s that lies on its side is still turned', async (format) => {
    const image = await photo(format, 6);

    const { data } = await kept(image);

    expect((await sharp(data).metadata()).orientation).toBe(6);
    expect(tells(data)).toEqual([]);
  });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('a %s keeps its colours', async (format) => {
    const image = await photo(format);

    const { data } = await kept(image);

    expect((await sharp(data).metadata()).icc).toEqual((await sharp(image).metadata()).icc);
    expect((await sharp(image).metadata()).icc).toBeDefined();
  });

  it.each(['jpeg', 'png', 'webp', 'gif'] as const)('a %s without metadata stays as it is', async (format) => {
    const image = await picture().toFormat(format).toBuffer();

    const { data, notes } = await kept(image);

    expect(data).toEqual(image);
    expect(notes).toEqual([]);
  });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'a %s that was cleaned is not changed again',
    async (format) => {
      const once = (await kept(await photo(format, 1))).data;

      const twice = (await kept(once)).data;

      expect(twice).toEqual(once);
    },
  );
});

describe('places where metadata hides', () => {
  it('a film that a phone hangs behind a JPEG goes', async () => {
    const image = await picture().jpeg().toBuffer();
    const film = Buffer.from('ftypmp42 Sampletown');

    const { data } = await kept(Buffer.concat([image, film]));

    expect(data).toEqual(image);
  });

  it('a progressive JPEG with fill bytes, comments and IPTC loses those only', async () => {
    const image = await picture().jpeg({ progressive: true }).toBuffer();
    const comment = Buffer.concat([Buffer.from([0xff, 0xff, 0xfe, 0, 12]), Buffer.from('Sampletown')]);
    const iptc = Buffer.concat([Buffer.from([0xff, 0xed, 0, 16]), Buffer.from('Photoshop 3.0\0')]);
    const withMore = Buffer.concat([image.subarray(0, 2), comment, iptc, image.subarray(2)]);

    const { data } = await kept(withMore);

    expect(data.includes('Sampletown')).toBe(false);
    expect(data.includes('Photoshop')).toBe(false);
    expect(await pixelsOf(data)).toEqual(await pixelsOf(image));
  });

  it('text and private chunks of a PNG go, and what stands behind its end', async () => {
    const image = await picture().png().toBuffer();
    const chunk = (type: string, text: string): Buffer => {
      const body = Buffer.from(`${type}${text}`, 'latin1');
      const head = Buffer.alloc(4);
      head.writeUInt32BE(text.length);
      const tail = Buffer.alloc(4);
      tail.writeUInt32BE(crc32(body));
      return Buffer.concat([head, body, tail]);
    };
    const more = [chunk('tEXt', 'Author\0Teacher 14'), chunk('caBX', 'Sampletown'), chunk('tIME', '1234567')];
    const withMore = Buffer.concat([
      image.subarray(0, 33),
      ...more,
      image.subarray(33),
      Buffer.from('Sample 1'),
    ]);

    const { data } = await kept(withMore);

    expect(data).toEqual(image);
  });

  it('comments and XMP of a GIF go, its loop stays', async () => {
    const frames = await sharp(Buffer.alloc(8 * 16 * 3, 90), {
      raw: { width: 8, height: 16, channels: 3, pageHeight: 8 },
    })
      .gif({ loop: 3, delay: [100, 100] })
      .toBuffer();
    const comment = Buffer.concat([
      Buffer.from([0x21, 0xfe, 10]),
      Buffer.from('Sampletown'),
      Buffer.from([0]),
    ]);
    const magic = Buffer.from([1, ...Array.from({ length: 256 }, (_, i) => 255 - i), 0]);
    const xmp = Buffer.concat([Buffer.from([0x21, 0xff, 11]), Buffer.from(`XMP DataXMP${XMP}`), magic]);
    const end = frames.length - 1;
    const withMore = Buffer.concat([frames.subarray(0, end), comment, xmp, frames.subarray(end)]);

    const { data } = await kept(withMore);

    expect(data).toEqual(frames);
    expect((await sharp(data).metadata()).loop).toBe(3);
  });

  it('a vendor’s box in an AVIF is emptied where it stands', async () => {
    const image = await photo('avif');
    const box = Buffer.concat([Buffer.from([0, 0, 0, 18]), Buffer.from('mpvdSampletown')]);

    const { data } = await kept(Buffer.concat([image, box]));

    expect(data.length).toBe(image.length + box.length);
    expect(data.includes('Sampletown')).toBe(false);
    expect(await pixelsOf(data)).toEqual(await pixelsOf(image));
  });

  it.each([
    ['all boxes in the short form', {}],
    ['its list of items in the long form', { iinf: 'long' }],
    ['the places of items in the long form', { iloc: 'long' }],
    ['all boxes in the long form', { iinf: 'long', iloc: 'long', free: 'long' }],
  ] as const)('an AVIF of two boxes tells nothing any more, %s', async (_form, forms) => {
    const { data } = await kept(avifOfBoxes(forms));

    expect(tells(data)).toEqual([]);
  });

  it.each([
    ['behind one that is not well formed', { free: 'broken' }],
    ['in a second list', { iinf: 'twice' }],
  ] as const)('an AVIF says that something may be left where a box may stand %s', async (_where, forms) => {
    const { notes } = await kept(avifOfBoxes(forms));

    expect(notes).toContain('image_metadata_stays');
  });

  it('a second list of metadata in an AVIF is emptied where it stands', async () => {
    const image = await photo('avif');
    const second = box('meta', Buffer.from('\0\0\0\0GPS of Teacher 14', 'latin1'));

    const { data } = await kept(Buffer.concat([image, second]));

    expect(tells(data)).toEqual([]);
    expect(await pixelsOf(data)).toEqual(await pixelsOf(image));
  });

  it('an AVIF with a track says that something may be left', async () => {
    const image = await photo('avif');
    const track = Buffer.from([0, 0, 0, 8, ...Buffer.from('moov')]);

    const { notes } = await kept(Buffer.concat([image, track]));

    expect(notes).toContain('image_metadata_stays');
  });
});

describe('an image that was damaged or made to harm', () => {
  it.each([...FORMATS, 'gif'] as const)(
    'a %s with any bytes changed is kept or refused, and no more',
    async (format) => {
      const image = format === 'gif' ? await picture().gif().toBuffer() : await photo(format, 3);
      const change = fc.record({ at: fc.nat(image.length - 1), to: fc.nat(255) });

      await fc.assert(
        fc.asyncProperty(
          fc.array(change, { minLength: 1, maxLength: 12 }),
          fc.nat(image.length),
          async (changes, cut) => {
            const broken = Buffer.from(image.subarray(0, cut % 3 === 0 ? cut : image.length));
            for (const { at, to } of changes) if (at < broken.length) broken[at] = to;

            const outcome = await kept(broken).catch((error: unknown) => error);

            if (outcome instanceof Refused) return;
            expect(outcome).toMatchObject({ notes: expect.any(Array) as unknown });
          },
        ),
        { numRuns: 150 },
      );
    },
  );
});
