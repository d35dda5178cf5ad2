import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { attemptEndpoints, type DraftVersion } from '../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { documentOf } from '../../../contract/richText.ts';
import { DraftModel } from '../../../server/features/attempts/draft.model.ts';
import { keepVersion } from '../../../server/features/attempts/versions.service.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { FIRST_MODULE } from '../../support/work.ts';

const world = useApp();
const { prompt } = FIRST_MODULE;

interface Written {
  teacher: Caller;
  place: { id: string; pieceKey: string };
  texts: string[];
}

let people = 0;

/** A text with so many earlier ones, of which some were saved in the very same millisecond; newest first. */
async function write(count: number): Promise<Written> {
  const { lms } = world.lms;
  const courseId = lms.courses.list()[0]?.id ?? '';
  const { id } = lms.addPeople(courseId, 1, `writer${(people += 1)}`)[0] ?? { id: '' };
  const teacher = await world.launch(id, world.links.module);
  const opened = await teacher.call(pathwayEndpoints.open, { body: {} });
  const attemptId = opened.body.attemptId ?? '';
  const place = { id: attemptId, pieceKey: prompt.key };
  const body = { draftId: randomUUID(), baseRevision: 0, document: documentOf('Now') };
  await teacher.call(attemptEndpoints.saveDraft, { params: place, body });
  const { institutionId } = world;
  const draft = await DraftModel.findOne({ institutionId, subjectId: attemptId }).lean();
  const of = { institutionId, personId: draft?.personId ?? '', subjectId: attemptId, pieceKey: prompt.key };
  const texts = Array.from({ length: count }, (_, n) => `Text ${n}`);
  for (const [n, text] of texts.entries()) {
    const savedAt = new Date(Date.now() - Math.floor(n / 3) * 1000);
    await keepVersion(of, { why: 'interval', document: documentOf(text), text, savedAt });
  }
  return { teacher, place, texts };
}

async function readAll({ teacher, place }: Written): Promise<DraftVersion[][]> {
  const pages: DraftVersion[][] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = cursor === null ? {} : { cursor };
    const answer = await teacher.call(attemptEndpoints.draftVersions, { params: place, query });
    expect(answer.status).toBe(200);
    pages.push(answer.body.rows);
    cursor = answer.body.next;
  } while (cursor !== null);
  return pages;
}

describe('the pages of a text’s history', () => {
  test.each([
    [0, [0]],
    [1, [1]],
    [50, [50]],
    [51, [50, 1]],
    [120, [50, 50, 20]],
  ])('of %i texts hold each once, newest first', async (count, lengths) => {
    const written = await write(count);

    const pages = await readAll(written);

    const all = pages.flat();
    expect(pages.map((page) => page.length)).toEqual(lengths);
    expect(all.map(({ text }) => text).sort()).toEqual([...written.texts].sort());
    const times = all.map(({ savedAt }) => savedAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  test('go on where the last one ended, whatever was written meanwhile', async () => {
    const written = await write(55);
    const { teacher, place } = written;
    const first = await teacher.call(attemptEndpoints.draftVersions, { params: place });
    const draft = await DraftModel.findOne({
      institutionId: world.institutionId,
      subjectId: place.id,
    }).lean();
    const { personId = '' } = draft ?? {};
    const of = { institutionId: world.institutionId, personId, subjectId: place.id, pieceKey: prompt.key };
    await keepVersion(of, { why: 'interval', document: documentOf('Newer'), text: 'Newer' });

    const query = { cursor: first.body.next ?? '' };
    const second = await teacher.call(attemptEndpoints.draftVersions, { params: place, query });

    const texts = [...first.body.rows, ...second.body.rows].map(({ text }) => text);
    expect(texts.sort()).toEqual([...written.texts].sort());
  });

  test.each(['x', '0', 'null', '2026-11-20', '{"$gt":""}'])(
    'are not read by a cursor that nobody was given: %s',
    async (cursor) => {
      const { teacher, place } = await write(1);

      const answer = await teacher.call(attemptEndpoints.draftVersions, { params: place, query: { cursor } });

      expect(answer.status).toBe(400);
    },
  );

  test('are their owner’s alone', async () => {
    const { place } = await write(1);
    const { teacher: another } = await write(0);

    const answer = await another.call(attemptEndpoints.draftVersions, { params: place });

    expect([403, 404]).toContain(answer.status);
  });
});
