import { readdirSync, readFileSync } from 'node:fs';
import { expect, type Frame, type Page } from '@playwright/test';
import { ADMIN, type Course, type Place } from './course.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { findFramework, publishFramework } from '../../../server/features/frameworks/frameworks.service.ts';
import { write } from './pupils.ts';
import { WORDINGS } from './wordings.ts';

const SOURCES = 'client/src';
/** Files that make dialogs what they are. */
const FRAMEWORK = ['components/dialog/Dialog.tsx', 'components/dialog/ConfirmDialog.tsx'];

const sources = (): [string, string][] =>
  readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.tsx'))
    .map((path) => [path.replaceAll('\\', '/'), readFileSync(`${SOURCES}/${path}`, 'utf8')]);

/** Every dialog of the source: `features/grades/ActionDialogs.tsx 2` is the second one of that file. */
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

/** Where a dialog is to be opened. */
export interface Scene {
  readonly page: Page;
  readonly frame: Frame;
  readonly course: Course;
}

export interface Opening {
  readonly at: (course: Course) => Place | undefined;
  /** What has to happen first, once. */
  readonly ready?: (scene: Scene) => Promise<void>;
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
const at =
  (id: keyof Course['places'], n = 0) =>
  ({ places }: Course) =>
    places[id][n];

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

/** The texts of a module meet another window's. */
async function writeInTwoPlaces({ frame, course }: Scene): Promise<void> {
  await editor(frame).waitFor();
  await write(course.setting, course.working, 'What the other window holds. '.repeat(60));
  await type(frame);
  await frame.getByRole('button', { name: 'Compare' }).waitFor();
}

/** No text gets through to the server: it stays on the device. */
async function writeUnsent({ page, frame }: Scene): Promise<void> {
  await page.route('**/drafts/**', (route) => route.abort());
  await type(frame);
  await inMenu('More', 'My data')(frame);
  await frame.getByText(/not sent yet/).first().waitFor(); // prettier-ignore
}

async function judgeInTwoPlaces({ frame, course }: Scene): Promise<void> {
  const { send } = course.reviewer;
  const path = `/reviews/${course.judgedReviewId}`;
  const { draft } = (await send('GET', path)) as { draft: { revision: number } };
  const theirs = { judgements: [], summary: 'Written elsewhere. '.repeat(40) };
  await send('PUT', `${path}/draft`, { baseRevision: draft.revision, ...theirs });
  await frame.locator('.wm-levels-choice input').nth(2).check({ force: true });
  await frame.getByRole('button', { name: 'Compare' }).waitFor();
}

/** In a narrow frame the outline of a draft is behind a switch. */
async function showOutline({ frame }: Scene): Promise<void> {
  await frame.getByRole('button', { name: 'Undo' }).waitFor();
  const outline = frame.getByRole('radio', { name: 'Outline' });
  if (await outline.isVisible()) await outline.check({ force: true });
}

/** The form of the pathway itself. */
async function showPathwayForm(scene: Scene): Promise<void> {
  await showOutline(scene);
  await press(/^Pathway$/)(scene.frame);
}

async function showFirstModule(scene: Scene): Promise<void> {
  await showOutline(scene);
  await scene.frame.locator('.wm-studio-outline li .wm-studio-item').first().click();
}

/** The pathway takes the first framework of the institution. */
async function chooseFramework(scene: Scene): Promise<void> {
  await showPathwayForm(scene);
  const field = scene.frame.getByLabel('Framework', { exact: true });
  await field.locator('option:not([value=""])').first().waitFor({ state: 'attached' });
  const [key] = await field
    .locator('option')
    .evaluateAll((options) =>
      options.flatMap((option) =>
        option.getAttribute('value') === '' ? [] : [option.getAttribute('value')],
      ),
    );
  await field.selectOption(key ?? '');
  // once it is read
  await expect(field).toHaveValue(key ?? '');
}

/** That framework gets a newer version. */
async function publishNextVersion(scene: Scene): Promise<void> {
  await chooseFramework(scene);
  const key = await scene.frame.getByLabel('Framework', { exact: true }).inputValue();
  const { institutionId } = scene.course.setting;
  const newest = await findFramework(institutionId, key);
  if (!newest) throw new Error('the institution has no framework');
  const content = { ...newest.content, version: `${newest.n + 1}` };
  // a page with something unsaved asks before it is left
  await expect(scene.frame.locator('.wm-save')).toHaveAttribute('data-word', 'saved');
  await publishFramework({ clock: { now: () => new Date() } }, operatorOf(institutionId), content);
  await scene.frame.goto(scene.frame.url());
}

/** The page of a core, as admins see it. */
function coreAsAdmin(course: Course): Place | undefined {
  const [place] = course.places.frameworks;
  const [core] = WORDINGS.long.frameworks;
  return place && { ...place, person: ADMIN, path: `frameworks/${core?.key ?? ''}` };
}

/** The core of the overlay gets a newer version: longer by a letter, as every text of this course is the same. */
async function publishNewerCore({ frame, course }: Scene): Promise<void> {
  const { institutionId } = course.setting;
  const [core] = WORDINGS.long.frameworks;
  if (!core) throw new Error('the institution has no core');
  const content = { ...core, items: core.items.map((item) => ({ ...item, title: `${item.title}W` })) };
  await publishFramework({ clock: { now: () => new Date() } }, operatorOf(institutionId), content);
  await frame.goto(frame.url());
}

async function chooseFrameworkForModule(scene: Scene): Promise<void> {
  await chooseFramework(scene);
  await showFirstModule(scene);
}

const piece = /^Options for/;

/** How each dialog of the source is opened. A new dialog without a line here fails the test. */
export const OPENINGS: Readonly<Record<string, Opening>> = {
  'components/bar/MoreMenu.tsx 1': { at: at('me'), open: inMenu('More', 'Help') },
  'components/bar/LookDialog.tsx 1': { at: at('me'), open: inMenu('More', 'Text and theme') },
  'components/grade/GradeReceiptDialog.tsx 1': { at: at('map'), open: press('Receipt') },
  'components/rubric/RubricSheet.tsx 1': { at: at('module'), open: press(/^Rubric: /), only: 'narrow' },
  'features/grades/ActionDialogs.tsx 1': { at: at('deliveries'), open: press('Make a new one') },
  'features/grades/ActionDialogs.tsx 2': { at: at('deliveries', 2), open: press('Choose') },
  'features/grades/ActionDialogs.tsx 3': {
    at: at('deliveries'),
    ready: ({ frame }) => press(/^The grade column is gone/)(frame),
    open: press('Use one that exists'),
  },
  'features/assignments/RoleDialogs.tsx 1': { at: at('people'), open: press(/^Give a role/) },
  'features/assignments/RoleDialogs.tsx 2': { at: at('people'), open: press(/^Remove role/) },
  'features/sessions/MePage.tsx 1': { at: at('module'), ready: writeUnsent, open: press('Sign out') },
  'components/module/Examples.tsx 1': {
    at: at('module'),
    open: (frame) => frame.locator('.wm-examples button:visible').first().click(),
  },
  'features/attempts/MissingDialog.tsx 1': {
    at: at('module'),
    open: press('See what is missing'),
    only: 'wide',
  },
  'features/attempts/texts/HistoryDialog.tsx 1': { at: at('module'), open: press('History') },
  'features/attempts/texts/PieceNotices.tsx 1': {
    at: at('module'),
    ready: writeInTwoPlaces,
    open: press('Compare'),
  },
  'components/editor/EditorLinkDialog.tsx 1': {
    at: at('module'),
    open: (frame) => frame.locator('.wm-toolbar').getByRole('button', { name: 'Link' }).first().click(),
  },
  'features/attempts/evidence/AddLinkDialog.tsx 1': {
    at: at('module'),
    open: (frame) => frame.locator('.wm-add').getByRole('button', { name: 'Link' }).click(),
  },
  'features/attempts/evidence/DetailsDialog.tsx 1': {
    at: at('module'),
    open: inMenu(piece, 'Title and criteria'),
  },
  'features/attempts/evidence/PastedFilesDialog.tsx 1': { at: at('module'), open: paste },
  'features/attempts/evidence/PreviewDialog.tsx 1': { at: at('module'), open: inMenu(piece, 'Preview') },
  'features/pathways/NewerPage.tsx 1': { at: at('newer'), open: press(/^Move to version/) },
  'features/reviews/ConflictNotice.tsx 1': {
    at: at('review'),
    ready: judgeInTwoPlaces,
    open: press('Compare'),
  },
  'features/reviews/KeysDialog.tsx 1': {
    at: at('review'),
    open: async (frame) => {
      await frame.getByRole('heading', { name: 'Rubric' }).click();
      await frame.page().keyboard.press('?');
    },
  },
  'features/reviews/PutBackDialog.tsx 1': { at: at('review'), open: press('I know this person') },
  'features/attempts/submission/SubmissionPage.tsx 1': {
    at: at('submission'),
    open: press('Withdraw submission'),
  },
  'features/studio/ImportDialog.tsx 1': { at: at('studio'), open: press('Import a bundle') },
  'features/studio/DiscardDialog.tsx 1': { at: at('studio'), open: press(/^Discard the draft of/) },
  'features/studio/VersionsPage.tsx 1': { at: at('studioVersions'), open: press('Retire this pathway') },
  'features/studio/PartHistoryDialog.tsx 1': {
    at: at('studioDraft'),
    ready: showOutline,
    open: inMenu(/^Move or change/, 'What it was before'),
  },
  'features/studio/NewPathwayDialog.tsx 1': { at: at('studio'), open: press('New pathway') },
  'features/studio/MoveDialog.tsx 1': {
    at: at('studioDraft'),
    ready: showOutline,
    open: inMenu(/^Move or change/, 'Move to…'),
  },
  'features/studio/MoveBlockDialog.tsx 1': {
    at: at('studioDraft'),
    ready: showFirstModule,
    open: inMenu(/^Move or change Text/, 'Move to…'),
  },
  'features/studio/PublishDialog.tsx 1': { at: at('studioDraft'), open: press(/^Publish version/) },
  'features/studio/BadgeDialog.tsx 1': {
    at: at('studioDraft'),
    ready: showPathwayForm,
    open: async (frame) => {
      await frame.getByLabel('What completes the pathway').selectOption('own');
      await press('Add a badge')(frame);
    },
  },
  'features/studio/ItemPickerDialog.tsx 1': {
    at: at('studioDraft'),
    ready: chooseFrameworkForModule,
    open: async (frame) => {
      const criterion = frame.getByRole('button', { name: /^A /, expanded: false });
      if (await criterion.first().isVisible()) await criterion.first().click();
      await press('Choose items')(frame);
    },
  },
  'features/studio/FrameworkNewsDialog.tsx 1': {
    at: at('studioDraft'),
    ready: publishNextVersion,
    open: press('See what changes'),
  },
  'features/studio/TryRulesDialog.tsx 1': {
    at: at('studioDraft'),
    ready: showPathwayForm,
    open: press('Try the rules'),
  },
  'features/studio/StudioFoot.tsx 1': { at: at('studioDraft'), open: press('Show') },
  'features/frameworks/Adapting.tsx 1': { at: coreAsAdmin, open: press('Adapt for us') },
  'features/overlays/PublishOverlayDialog.tsx 1': { at: at('overlay'), open: press('Publish…') },
  'features/overlays/DiscardOverlayDialog.tsx 1': {
    at: at('overlay'),
    open: press('Discard this draft'),
  },
  'features/overlays/NewerCoreDialog.tsx 1': {
    at: at('overlay'),
    ready: publishNewerCore,
    open: press('See what it changes'),
  },
  'features/sessions/FullNotice.tsx 1': { at: at('welcome'), open: press('Read the full notice') },
};
