import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { DraftConflict } from '../../../contract/attempts.ts';
import { documentOf } from '../../../contract/richText.ts';
import { AppError } from '../../../server/errors.ts';
import { DraftModel, DraftVersionModel } from '../../../server/features/attempts/draft.model.ts';
import { CONFLICTS_PER_DAY, listVersions } from '../../../server/features/attempts/versions.service.ts';
import { saveAttemptDraft } from '../../../server/features/attempts/writing.service.ts';
import { firstDraft } from '../../support/build.ts';
import { useServices } from '../../support/services.ts';
import { codeOf, FIRST_MODULE, useWork } from '../../support/work.ts';

const { deps } = useServices();
const work = useWork(deps);
afterEach(() => void jest.useRealTimers());

function piecePlace() {
  const { institutionId, personId } = work.now.teacher;
  return { institutionId, personId, subjectId: work.now.attemptId, pieceKey: FIRST_MODULE.prompt.key };
}

const save = (input: Parameters<typeof saveAttemptDraft>[3]) =>
  saveAttemptDraft(deps, work.now.teacher, work.now.place, input);

const historyTexts = async () => (await listVersions(piecePlace())).rows.map(({ text }) => text);

/** What a refused save says of the other window's text. */
async function conflictOf(saving: Promise<unknown>): Promise<DraftConflict> {
  const error = await saving.then(
    () => null,
    (reason: unknown) => reason,
  );
  return DraftConflict.parse(error instanceof AppError ? error.details : null);
}

/** The five minutes between two versions have passed. */
const letTimePass = () =>
  DraftModel.updateMany(
    { institutionId: work.now.teacher.institutionId },
    [{ $set: { keptAt: { $subtract: ['$keptAt', 6 * 60_000] } } }],
    { updatePipeline: true },
  );

describe('a text', () => {
  it('typed on and on while a conflict is open adds one version for each side, with the newest words', async () => {
    const { teacher, place } = work.now;
    await saveAttemptDraft(deps, teacher, place, firstDraft('From my phone'));
    const mine = firstDraft('');

    for (let key = 1; key <= 30; key += 1) {
      const saving = saveAttemptDraft(deps, teacher, place, { ...mine, document: documentOf(`Key ${key}`) });
      expect(await codeOf(saving)).toBe('DRAFT_CONFLICT');
    }

    const { rows: history } = await listVersions(piecePlace());
    expect(history.map(({ text }) => text).sort()).toEqual(['From my phone', 'Key 30']);
  });

  it('of a window in a storm of conflicts still meets the other one’s text, and is told that the history is full', async () => {
    await save(firstDraft('The beginning'));
    for (let round = 0; round < CONFLICTS_PER_DAY; round += 1)
      await conflictOf(save(firstDraft(`Window ${round}`)));

    const { theirs, mineVersionId } = await conflictOf(save(firstDraft('One more')));

    expect(theirs.text).toBe('The beginning');
    expect(mineVersionId).toBeNull();
    const { institutionId, subjectId } = piecePlace();
    const versions = await DraftVersionModel.countDocuments({ institutionId, subjectId });
    expect(versions).toBeLessThanOrEqual(CONFLICTS_PER_DAY + 1);
    // a choice still goes through, and what it replaces is found again
    const chosen = await save({ ...firstDraft('Chosen'), baseRevision: theirs.revision });
    expect(chosen.text).toBe('Chosen');
    expect(
      await DraftVersionModel.exists({ institutionId, subjectId, text: 'The beginning' }),
    ).not.toBeNull();
  });

  it('that another window replaces is in the history, however soon after it was written', async () => {
    const first = await save(firstDraft('From my phone'));

    await save({ ...firstDraft('From my laptop'), baseRevision: first.revision });

    expect(await historyTexts()).toEqual(['From my phone']);
  });

  it('of a conflict is not overwritten by an older save that comes late', async () => {
    await save(firstDraft('From my phone'));
    const mine = firstDraft('');
    const send = (text: string, sequence: number) =>
      conflictOf(save({ ...mine, sequence, document: documentOf(text) }));
    await send('Key 1', 1);
    await send('Key 1, key 2', 2);

    await send('Key 1', 1);

    expect((await historyTexts()).sort()).toEqual(['From my phone', 'Key 1, key 2']);
  });

  it('typed on after an answer was lost is saved upon it, without a conflict with itself', async () => {
    const mine = firstDraft('Key 1');
    await save({ ...mine, sequence: 1 });

    const next = await save({ ...mine, sequence: 2, document: documentOf('Key 1, key 2') });

    expect(next).toMatchObject({ revision: 2, text: 'Key 1, key 2' });
    expect(await historyTexts()).toEqual([]);
  });

  it('whose letters became bold is another text than the one whose answer was lost', async () => {
    const mine = firstDraft('Eleven');
    await save(mine);
    const text = { type: 'text', text: 'Eleven', marks: [{ type: 'bold' }] };
    const document = { type: 'doc', content: [{ type: 'paragraph', content: [text] }] };

    const { theirs } = await conflictOf(save({ ...mine, document }));

    expect(theirs.document).toEqual(documentOf('Eleven'));
  });
});

describe('the history', () => {
  it('has a text before its draft is replaced, so that a process that dies in between loses none', async () => {
    const mine = firstDraft('Before');
    await save(mine);
    await letTimePass();
    const validator = { revision: { $lt: 2 } };
    await DraftModel.db.db?.command({ collMod: 'drafts', validator });

    const dying = save({ ...mine, baseRevision: 1, document: documentOf('After') });

    await expect(dying).rejects.toThrow(/validation/);
    await DraftModel.db.db?.command({ collMod: 'drafts', validator: {} });
    expect(await historyTexts()).toEqual(['Before']);
    await save({ ...mine, baseRevision: 1, document: documentOf('After') });
    expect(await historyTexts()).toEqual(['Before']);
  });

  it('stands in the order in which the database took the texts, whatever the clocks of processes say', async () => {
    const hours = [3, -2, 1, -5, 0];
    const before = Date.now();
    const all = [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'clearImmediate',
    ] as const;
    for (const [index, hour] of hours.entries()) {
      const now = before + hour * 3_600_000;
      jest.useFakeTimers({ now, doNotFake: [...all, 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] });
      await save({ ...firstDraft(`Text ${index}`), baseRevision: index });
      jest.useRealTimers();
    }

    const { rows } = await listVersions(piecePlace());

    expect(rows.map(({ text }) => text)).toEqual(['Text 3', 'Text 2', 'Text 1', 'Text 0']);
    for (const { savedAt } of rows)
      expect(Math.abs(new Date(savedAt).getTime() - before)).toBeLessThan(60_000);
  });

  it('is read page by page to its oldest text, each once, and refuses a place that is none', async () => {
    const texts = Array.from({ length: 120 }, (_, index) => `Text ${index}`);
    for (const [index, text] of texts.entries()) await save({ ...firstDraft(text), baseRevision: index });
    const seen: string[] = [];

    let cursor: string | undefined;
    do {
      const page = await listVersions(piecePlace(), cursor);
      seen.push(...page.rows.map(({ text }) => text));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);

    expect([...seen].sort()).toEqual(texts.slice(0, -1).sort());
    expect(await codeOf(listVersions(piecePlace(), 'x'))).toBe('VALIDATION_FAILED');
  });
});
