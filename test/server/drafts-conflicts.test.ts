import { describe, expect, it } from '@jest/globals';
import { documentOf } from '../../contract/richText.ts';
import { DraftVersionModel } from '../../server/features/drafts/draft.model.ts';
import { CONFLICTS_PER_DAY, listVersions } from '../../server/features/drafts/drafts.service.ts';
import { saveAttemptDraft } from '../../server/features/workspace/writing.service.ts';
import { firstDraft } from '../support/build.ts';
import { useServices } from '../support/services.ts';
import { codeOf, FIRST_MODULE, useWork } from '../support/work.ts';

const { deps } = useServices();
const work = useWork(deps);

describe('a text', () => {
  it('typed on and on while a conflict is open adds one version for each side, with the newest words', async () => {
    const { teacher, place, attemptId } = work.now;
    await saveAttemptDraft(deps, teacher, place, firstDraft('From my phone'));
    const mine = firstDraft('');

    for (let key = 1; key <= 30; key += 1) {
      const saving = saveAttemptDraft(deps, teacher, place, { ...mine, document: documentOf(`Key ${key}`) });
      expect(await codeOf(saving)).toBe('DRAFT_CONFLICT');
    }

    const { institutionId, personId } = teacher;
    const history = await listVersions({
      institutionId,
      personId,
      subjectId: attemptId,
      pieceKey: FIRST_MODULE.prompt.key,
    });
    expect(history.map(({ text }) => text).sort()).toEqual(['From my phone', 'Key 30']);
  });

  it('keeps both texts of each round of two windows that fight, and slows the fight down before anything is dropped', async () => {
    const { teacher, place, attemptId } = work.now;
    const { revision } = await saveAttemptDraft(deps, teacher, place, firstDraft('The beginning'));
    const windows = ['one', 'two'].map((name) => ({ name, ...firstDraft('') }));
    const kept: string[] = [];
    let refusal = '';

    for (let round = 0; refusal === ''; round += 1) {
      for (const { name, draftId } of windows) {
        const text = `${name} ${round}`;
        // never the newest revision: each save meets the other window's text
        const input = { draftId, baseRevision: revision + 1 + round, document: documentOf(text) };
        const code = await codeOf(saveAttemptDraft(deps, teacher, place, input));
        if (code === 'RATE_LIMITED') refusal = code;
        else kept.push(text);
      }
    }

    const { institutionId } = teacher;
    const versions = await DraftVersionModel.find({ institutionId, subjectId: attemptId }).lean();
    expect(versions.length).toBeLessThanOrEqual(CONFLICTS_PER_DAY);
    expect(versions.map(({ text }) => text)).toEqual(expect.arrayContaining(kept));
    const next = { ...firstDraft('Chosen'), baseRevision: revision };
    expect(await codeOf(saveAttemptDraft(deps, teacher, place, next))).toBe('done');
  });
});
