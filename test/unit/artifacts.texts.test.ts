import { describe, expect, it } from '@jest/globals';
import { checkImported } from '../../server/features/artifacts/checks/importedText.ts';
import { STEPS_MAX, Work } from '../../server/features/artifacts/checks/work.ts';
import { eachTag } from '../../server/features/artifacts/checks/xmlTags.ts';
import { OFFICE, rels, verdictOn } from '../support/files/officeSamples.ts';
import { WORD, wordDocument, zipOf } from '../support/files/samples.ts';

const MiB = 1024 ** 2;
const ODT = 'application/vnd.oasis.opendocument.text';
const odt = (manifest: string): Promise<Buffer> =>
  zipOf({ mimetype: ODT, 'META-INF/manifest.xml': `<m>${manifest}</m>` });
const related = (xml: string): Promise<Buffer> =>
  wordDocument({ 'word/_rels/document.xml.rels': `<Relationships>${xml}</Relationships>` });
const importing = (text: string): Promise<Buffer> =>
  wordDocument({ 'word/_rels/document.xml.rels': rels(`${OFFICE}/aFChunk`, 'a.mht'), 'word/a.mht': text });

/** Texts within documents that would be read again and again: in minutes or hours, not within a test's time. */
const TEXTS: [string, () => Promise<Buffer>, string][] = [
  [
    'a manifest with a name of 3 MiB, all of it folders',
    () => odt(`<file-entry full-path="${'scripts/'.repeat((3 * MiB) / 8)}"/>`),
    ODT,
  ],
  [
    'a relationship of 600,000 attributes',
    () => related(`<Relationship ${Array.from({ length: 600_000 }, (_, i) => `a${i}=""`).join(' ')}/>`),
    'too_complex',
  ],
  [
    'a relationship whose target of 7 MiB goes up and down',
    () =>
      related(`<Relationship Type="${OFFICE}/aFChunk" Target="${'a/'.repeat(MiB)}${'b/../'.repeat(MiB)}"/>`),
    'too_complex',
  ],
  [
    'an import with 60,000 headers of parts',
    () => importing(`${'Content-Transfer-Encoding: base64\n'.repeat(60_000)}\n\nAA`),
    WORD,
  ],
  [
    'an import with 60,000 parts, none of which ends',
    () => importing('Content-Transfer-Encoding: base64\n\n'.repeat(60_000)),
    WORD,
  ],
];

/** Turns that others have while something is read. */
async function turnsDuring(read: (work: Work) => Promise<void>): Promise<number> {
  let [turns, over] = [0, false];
  const tick = (): void => {
    turns += 1;
    if (!over) setImmediate(tick);
  };
  setImmediate(tick);
  await read(new Work());
  over = true;
  return turns;
}

const readXml = (text: string) => (work: Work) =>
  eachTag(Buffer.from(`<a>${text}</a>`), work, () => undefined);
const readImport = (text: string) => async (work: Work) => {
  for await (const _part of checkImported(Buffer.from(text), work));
};

describe('a text of 2 MiB in a document, whatever stands in it', () => {
  it.each<[string, (work: Work) => Promise<void>]>([
    ['entities', readXml('&#65;'.repeat((2 * MiB) / 5))],
    ['a comment', readXml(`<!--${'a'.repeat(2 * MiB)}-->`)],
    ['a value', readXml(`<b c="${'a'.repeat(2 * MiB)}"/>`)],
    ['tags', readXml('<b/>'.repeat((2 * MiB) / 4))],
    ['an import’s escapes', readImport('=41'.repeat((2 * MiB) / 3))],
    ['an import’s entities', readImport('&#65;'.repeat((2 * MiB) / 5))],
  ])('leaves others a turn for each few pages: %s', async (_what, read) => {
    const turns = await turnsDuring(read);

    expect(turns).toBeGreaterThanOrEqual((2 * MiB) / (32 * 1024));
  });
});

describe('a document that was made to keep the process busy', () => {
  it.each(TEXTS)(
    'is read once, whatever texts lie in it: %s',
    async (_what, make, verdict) => {
      const content = await make();

      expect(await verdictOn(content)).toBe(verdict);
    },
    30_000,
  );
});

describe('all texts of one file', () => {
  it.each<[string, (work: Work) => Promise<void>]>([
    ['XML without a tag', readXml(' '.repeat(2 * MiB))],
    ['XML of entities', readXml('&#65;'.repeat((2 * MiB) / 5))],
    ['an import’s escapes', readImport('=41'.repeat((2 * MiB) / 3))],
  ])('count towards its steps, in however many parts they lie: %s', async (_what, read) => {
    const work = new Work();
    void work.step(STEPS_MAX - 20_000);
    const all = async (): Promise<void> => {
      for (let part = 0; part < 8; part += 1) await read(work);
    };

    await expect(all()).rejects.toMatchObject({ code: 'too_complex' });
  });
});
