import { readdirSync, readFileSync } from 'node:fs';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import type { Frame } from '@playwright/test';
import { Refusal } from '../../client/support/fakeApi.ts';
import { pageOf, reviewer, startedPage } from '../../client/reviews/reviewWork.ts';
import { aDraft, attemptId, aWorkspace, idOf } from '../../client/support/teacherWork.ts';
import type { ListApi } from '../../client/reviews/listApi.ts';
import type { Stage } from './staged.ts';
import { fullWorkspace, reviewing, STAGES, workApi } from './stagedPages.ts';

const SOURCES = 'client/src';
/** Files that make dialogs what they are. */
const FRAMEWORK = ['components/dialog/Dialog.tsx', 'components/dialog/ConfirmDialog.tsx'];

const sources = (): [string, string][] =>
  readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.tsx'))
    .map((path) => [path.replaceAll('\\', '/'), readFileSync(`${SOURCES}/${path}`, 'utf8')]);

/** Every dialog of the source: `features/admin/ActionDialogs.tsx 2` is the second one of that file. */
export function dialogsOfTheSource(): string[] {
  return sources()
    .filter(([path]) => !FRAMEWORK.includes(path))
    .flatMap(([path, text]) =>
      [...text.matchAll(/<(?:Confirm)?Dialog[\s>]/g)].map((_, index) => `${path} ${index + 1}`),
    )
    .sort();
}

/** Files that would show something over the page past the one component that keeps it on the screen. */
export function dialogsPastTheComponent(): string[] {
  return sources()
    .filter(([path]) => !FRAMEWORK.includes(path))
    .filter(([, text]) => /role="(alert)?dialog"|<dialog\b|<(Modal|Drawer|Popover)\b/.test(text))
    .map(([path]) => path);
}

export interface Opening {
  readonly stage: Stage;
  readonly open: (frame: Frame) => Promise<void>;
  /** Where it exists on one of the two frames only. */
  readonly only?: 'narrow' | 'wide';
}

const press =
  (name: string | RegExp, role: 'button' | 'menuitem' = 'button') =>
  async (frame: Frame) => {
    await frame.getByRole(role, { name }).first().click();
  };
const inMenu = (menu: string | RegExp, entry: string) => async (frame: Frame) => {
  await press(menu)(frame);
  await press(entry, 'menuitem')(frame);
};
const stageOf = (id: keyof typeof STAGES, n = 0): Stage => {
  const stage = STAGES[id][n];
  if (!stage) throw new RangeError(`no stage ${n} of ${id}`);
  return stage;
};

const editor = (frame: Frame) => frame.locator('.wm-editor-text').first();
async function type(frame: Frame): Promise<void> {
  await editor(frame).click();
  await editor(frame).pressSequentially('One more sentence.');
}

async function paste(frame: Frame): Promise<void> {
  await editor(frame).waitFor();
  await frame.evaluate(() => {
    const clipboardData = new DataTransfer();
    for (let n = 0; n < 9; n += 1) {
      clipboardData.items.add(new File(['x'], `Picture of lesson ${n}.png`, { type: 'image/png' }));
    }
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
}

/** A module whose texts meet another window's. */
function conflicting(): ListApi {
  const api = workApi(fullWorkspace());
  const theirs = aDraft('What the other window holds. '.repeat(60), { revision: 2, draftId: idOf(901) });
  api.on(attemptEndpoints.saveDraft, () => {
    throw new Refusal('DRAFT_CONFLICT', { theirs, mineVersionId: idOf(1) });
  });
  return api;
}

/** A module whose server takes no text: it stays on the device. */
function deaf(): ListApi {
  const api = workApi(aWorkspace());
  api.on(attemptEndpoints.saveDraft, () => {
    throw new Refusal('UNAVAILABLE');
  });
  return api;
}

function judgedTwice(): ListApi {
  const api = reviewing();
  const theirs = { revision: 3, judgements: [], summary: 'Written elsewhere. '.repeat(40), savedAt: null };
  api.on(reviewEndpoints.saveDraft, () => {
    throw new Refusal('DRAFT_CONFLICT', { theirs });
  });
  return api;
}

const at = `/modules/${attemptId}`;
const review = { at: `/reviews/${pageOf().id}`, info: reviewer };
const piece = /^Options for/;

/** How each dialog of the source is opened. A new dialog without a line here fails the test. */
export const OPENINGS: Readonly<Record<string, Opening>> = {
  'components/bar/HelpDialog.tsx 1': { stage: stageOf('me'), open: inMenu('More', 'Help') },
  'components/bar/LookDialog.tsx 1': { stage: stageOf('me'), open: inMenu('More', 'Text and theme') },
  'components/grade/GradeReceiptDialog.tsx 1': { stage: stageOf('map'), open: press('Receipt') },
  'components/rubric/RubricSheet.tsx 1': {
    stage: stageOf('module'),
    open: press(/^Rubric: /),
    only: 'narrow',
  },
  'features/admin/ActionDialogs.tsx 1': { stage: stageOf('deliveries'), open: press('Make a new one') },
  'features/admin/ActionDialogs.tsx 2': { stage: stageOf('deliveries'), open: press('Choose') },
  'features/admin/ActionDialogs.tsx 3': { stage: stageOf('deliveries'), open: press('Use one that exists') },
  'features/admin/RoleDialogs.tsx 1': { stage: stageOf('people'), open: press(/^Give a role/) },
  'features/admin/RoleDialogs.tsx 2': { stage: stageOf('people'), open: press(/^Remove role/) },
  'features/me/MePage.tsx 1': {
    stage: { at, api: deaf() },
    open: async (frame) => {
      await type(frame);
      await inMenu('More', 'My data')(frame);
      await frame.getByText(/not sent yet/).first().waitFor(); // prettier-ignore
      await press('Sign out')(frame);
    },
  },
  'features/module/MissingDialog.tsx 1': {
    stage: stageOf('module'),
    open: press('See what is missing'),
    only: 'wide',
  },
  'features/module/drafts/HistoryDialog.tsx 1': { stage: stageOf('module'), open: press('History') },
  'features/module/drafts/PieceNotices.tsx 1': {
    stage: { at, api: conflicting() },
    open: async (frame) => {
      await type(frame);
      await press('Compare')(frame);
    },
  },
  'features/module/editor/EditorLinkDialog.tsx 1': {
    stage: stageOf('module'),
    open: (frame) => frame.locator('.wm-toolbar').getByRole('button', { name: 'Link' }).first().click(),
  },
  'features/module/evidence/AddLinkDialog.tsx 1': {
    stage: stageOf('module'),
    open: (frame) => frame.locator('.wm-add').getByRole('button', { name: 'Link' }).click(),
  },
  'features/module/evidence/DetailsDialog.tsx 1': {
    stage: stageOf('module'),
    open: inMenu(piece, 'Title and criteria'),
  },
  'features/module/evidence/PastedFilesDialog.tsx 1': { stage: stageOf('module'), open: paste },
  'features/module/evidence/PreviewDialog.tsx 1': {
    stage: stageOf('module'),
    open: inMenu(piece, 'Preview'),
  },
  'features/reviews/ConflictNotice.tsx 1': {
    stage: { ...review, api: judgedTwice() },
    open: async (frame) => {
      await frame.getByRole('radio', { name: 'Meets' }).first().check({ force: true });
      await press('Compare')(frame);
    },
  },
  'features/reviews/KeysDialog.tsx 1': {
    stage: stageOf('review'),
    open: async (frame) => {
      await frame.getByRole('heading', { name: 'Rubric' }).click();
      await frame.page().keyboard.press('?');
    },
  },
  'features/reviews/PutBackDialog.tsx 1': {
    stage: { ...review, api: reviewing(startedPage()) },
    open: press('I know this person'),
  },
  'features/submission/SubmissionPage.tsx 1': {
    stage: stageOf('submission'),
    open: press('Withdraw submission'),
  },
  'features/welcome/FullNotice.tsx 1': { stage: stageOf('welcome'), open: press('Read the full notice') },
};
