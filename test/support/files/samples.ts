import sharp, { type Sharp } from 'sharp';
import { ZipFile } from 'yazl';

/** A photo's EXIF as a phone writes it: position, device and orientation. */
const PHONE_EXIF = {
  IFD0: { Make: 'Sample phones', Model: 'Sample 1', Artist: 'Teacher 14' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '47/1 22/1 30/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '8/1 32/1 24/1',
  },
};
export const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="Sampletown"/></rdf:RDF></x:xmpmeta>';

/** A picture of 64 × 48 pixels in which no two neighbouring pixels are the same. */
export function picture(): Sharp {
  const data = Buffer.from(Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * 37 + (i >> 5)) & 255));
  return sharp(data, { raw: { width: 64, height: 48, channels: 3 } });
}

/** The picture with a phone's metadata, rotated by `orientation`. */
export function photo(format: 'jpeg' | 'png' | 'webp' | 'avif', orientation = 1): Promise<Buffer> {
  return picture()
    .withMetadata({ orientation })
    .withExifMerge(PHONE_EXIF)
    .withXmp(XMP)
    .withIccProfile('p3')
    .toFormat(format)
    .toBuffer();
}

/** Pixels as decoded, not rotated. */
export function pixelsOf(image: Buffer): Promise<Buffer> {
  return sharp(image).raw().toBuffer();
}

/** A zip of the given entries, in that order. */
export async function zipOf(
  entries: Readonly<Record<string, Buffer | string>>,
  compress = true,
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(entries)) {
    zip.addBuffer(Buffer.from(content), name, { compress: compress && name !== 'mimetype' });
  }
  zip.end();
  const parts: Buffer[] = [];
  for await (const part of zip.outputStream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const OOXML = 'application/vnd.openxmlformats-officedocument.';

/** `[Content_Types].xml` of an Office document with that main part. */
export function contentTypes(main: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
    `<Override PartName="/main.xml" ContentType="${main}"/></Types>`
  );
}

export const WORD = `${OOXML}wordprocessingml.document`;

export function wordDocument(more: Readonly<Record<string, Buffer | string>> = {}): Promise<Buffer> {
  return zipOf({
    '[Content_Types].xml': contentTypes(`${WORD}.main+xml`),
    'word/document.xml': '<w:document/>',
    ...more,
  });
}

/** A complete PDF with cross references: one page with a line of text. */
export function pdf(): Buffer {
  const page = 'BT /F1 24 Tf 40 100 Td (Lesson plan) Tj ET';
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${page.length}>>stream\n${page}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj${object}endobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`;
  return Buffer.from(
    `${text}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`,
  );
}

/** Frames of silence: MPEG-1 layer III, 128 kbit/s, 44.1 kHz. */
export function mp3(): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x00]);
  return Buffer.concat(Array.from({ length: 40 }, () => frame));
}

/** One second of 8-bit mono audio. */
export function wav(): Buffer {
  const data = Buffer.alloc(8000, 128);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}
