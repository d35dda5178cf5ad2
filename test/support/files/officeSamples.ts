import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect } from '../../../server/features/artifacts/checks/inspect.ts';
import { Refused } from '../../../server/features/artifacts/checks/refusals.ts';
import { bufferSource, type Source } from '../../../server/features/artifacts/storage/chunkReader.ts';
import { WORD, wordDocument, zipOf } from './samples.ts';

/** The reason why a content is refused, or the media type as which it is accepted. */
export const verdictOn = (content: Buffer): Promise<string> => verdictOf(bufferSource(content));

export async function verdictOf(source: Source): Promise<string> {
  try {
    return (await inspect(source)).mediaType;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

/** A content that is read in pieces of the size of a chunk, as from the database. */
export function chunkedSource(content: Buffer, chunk: number): Source {
  return {
    ...bufferSource(content),
    async *stream(start, end) {
      for (let at = start; at < end;) {
        const next = Math.min(end, at + chunk - (at % chunk));
        await nextTurn();
        yield content.subarray(at, next);
        at = next;
      }
    },
  };
}

export const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
export const MICROSOFT = 'http://schemas.microsoft.com/office/2006/relationships';
export const MAIN = `${WORD}.main+xml`;

/** A `.rels` part with one relationship. */
export function rels(type: string, target = 'x.bin', more = ''): string {
  return (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
    `<Relationship Id="r1" Type="${type}" Target="${target}" ${more}/></Relationships>`
  );
}

export const documentWith = (type: string, target?: string, more?: string): Promise<Buffer> =>
  wordDocument({ 'word/_rels/document.xml.rels': rels(type, target, more) });
export const template = (target: string): Promise<Buffer> =>
  documentWith(`${OFFICE}/attachedTemplate`, target, 'TargetMode="External"');
export const typed = (types: string | Buffer, name = '[Content_Types].xml'): Promise<Buffer> =>
  zipOf({ [name]: types, 'word/document.xml': '<w/>' });

export const override = (type: string, rest = ''): string =>
  `<?xml version="1.0"?>${rest}<Types><Override PartName="/word/document.xml" ContentType="${MAIN}"/>` +
  `<Override PartName="/word/x.dat" ContentType="${type}"/></Types>`;

export const VBA_TYPE = 'application/vnd.ms-office.vbaProject';
/** A workbook with a VBA project under another name. */
export const macroBook = (): Promise<Buffer> => typed(override(VBA_TYPE));
export const cleanBook = (): Promise<Buffer> => wordDocument({ 'word/media/image1.png': 'x' });
