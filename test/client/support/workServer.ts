import { DONE } from '../../../contract/common.ts';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import type { DraftView, SaveDraft, Workspace } from '../../../contract/attempts.ts';
import { plainText } from '../../../contract/richText.ts';
import { screen } from '@testing-library/react';
import { FakeApi, Refusal } from './fakeApi.ts';
import { firstPrompt, idOf } from './teacherWork.ts';

/** A server that keeps drafts as the real one does. */
export function workServer(first: Workspace): FakeApi {
  let drafts: DraftView[] = [...first.drafts];
  let marks = first.selfLevels;
  let steps = first.stepsDone;
  const api = new FakeApi();
  api.on(attemptEndpoints.workspace, () => ({ ...first, drafts, selfLevels: marks, stepsDone: steps }));
  api.on(attemptEndpoints.saveDraft, ({ params, body }) => {
    const { draftId, baseRevision, document } = body as SaveDraft;
    const known = drafts.find(({ pieceKey }) => pieceKey === params['pieceKey']);
    if ((known?.revision ?? 0) !== baseRevision) {
      throw new Refusal('DRAFT_CONFLICT', { theirs: known, mineVersionId: idOf(1) });
    }
    const saved: DraftView = {
      pieceKey: params['pieceKey'] as 'change-note',
      draftId,
      revision: baseRevision + 1,
      document,
      text: plainText(document),
      savedAt: new Date().toISOString(),
    };
    drafts = [...drafts.filter(({ pieceKey }) => pieceKey !== saved.pieceKey), saved];
    return saved;
  });
  api.on(attemptEndpoints.setSelfLevel, ({ params, body }) => {
    const { level } = body as { level: Workspace['selfLevels'][number]['level'] };
    marks = [{ criterionKey: params['criterionKey'] ?? '', level, at: new Date().toISOString() }];
    return DONE;
  });
  api.on(attemptEndpoints.setStep, ({ params, body }) => {
    const step = params['step'] as Workspace['stepsDone'][number];
    steps = [...steps.filter((one) => one !== step), ...((body as { done: boolean }).done ? [step] : [])];
    return DONE;
  });
  return api;
}

/** The editor of the first module's prompt, once it is there. */
export const findEditor = () =>
  screen.findByRole('textbox', { name: new RegExp(firstPrompt().question.slice(0, 20)) });
