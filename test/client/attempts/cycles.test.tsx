import { afterEach, describe, expect, test } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import type { Workspace } from '../../../contract/attempts.ts';
import { promptsOf, unrollModule } from '../../../contract/cycles.ts';
import type { UnrolledModule } from '../../../contract/cycles.ts';
import { expectAccessible } from '../support/axe.ts';
import { samplePathway } from '../studio/samples.ts';
import { clearDevice, startApp } from '../support/startApp.tsx';
import { aDraft, attemptId, aWorkspace, idOf } from '../support/teacherWork.ts';
import { workServer } from '../support/workServer.ts';

/** A practice cycle that is gone through twice. */
function practiceCycle(): UnrolledModule {
  const module = samplePathway.modules.find(({ kind }) => kind === 'practice_cycle');
  if (!module) throw new Error('the sample has no practice cycle');
  return unrollModule(module);
}

const MODULE = practiceCycle();
const ASKED = promptsOf(MODULE);
const [PLAN, REFINE, CHANGED] = ASKED;
if (!PLAN || !REFINE || !CHANGED) throw new Error('the sample asks nothing in its cycles');
const written = (key: string, text: string, n: number) => aDraft(text, { pieceKey: key, draftId: idOf(n) });

afterEach(async () => {
  window.sessionStorage.clear();
  await clearDevice();
});

async function open(over: Partial<Workspace> = {}) {
  const missing = ASKED.map(({ key, question, cycle }) => ({
    what: 'reflection' as const,
    key,
    title: question,
    cycle,
  }));
  const workspace = aWorkspace({ module: MODULE, missing, ...over });
  const started = await startApp(`/modules/${attemptId}`, workServer(workspace));
  await screen.findByRole('navigation', { name: 'Steps of this module' });
  return started;
}

const section = (name: string): HTMLElement =>
  screen.getByRole('heading', { level: 2, name }).closest('section') ?? document.body;
const earlier = () => screen.queryByText('What you planned and refined in cycle 1')?.closest('details');

describe('a practice cycle', () => {
  test('has its steps once for each cycle, by number, and is accessible', async () => {
    await open();

    const bar = within(screen.getByRole('navigation', { name: 'Steps of this module' }));
    expect(bar.getAllByRole('link').map(({ textContent }) => textContent?.replace(/,.*/, ''))).toEqual([
      'Learn',
      'Cycle 1: plan',
      'Cycle 1: try in class',
      'Cycle 1: observe',
      'Cycle 1: refine',
      'Cycle 2: plan',
      'Cycle 2: try in class',
      'Cycle 2: observe',
      'Cycle 2: refine',
      'Reflect',
      'Hand in',
    ]);
    await expectAccessible();
  });

  test('folds in later cycles what was there to read in the first, and asks the same again', async () => {
    await open();

    const first = within(section('Cycle 1: plan'));
    const second = within(section('Cycle 2: plan'));
    expect(first.queryByText('What this step is about, as in cycle 1')).toBeNull();
    expect(second.getByText('What this step is about, as in cycle 1').closest('details')).not.toHaveAttribute(
      'open',
    );
    expect(second.getByText(CHANGED.question)).toBeInTheDocument();
    expect(second.getByText(PLAN.question)).toBeInTheDocument();
  });

  test('shows what was planned and refined in the cycle before beside the question what was changed', async () => {
    await open({
      drafts: [written(PLAN.key, 'Two hills.', 1), written(REFINE.key, 'One pair of hills.', 2)],
    });

    const details = earlier();
    expect(section('Cycle 2: plan')).toContainElement(details ?? null);
    expect(details).toHaveAttribute('open');
    expect(details).toHaveTextContent(/Two hills\..*One pair of hills\./);
  });

  test.each([
    ['shows nothing of it where nothing was written', [], null],
    ['folds it where it is long', [written(PLAN.key, 'hills '.repeat(400), 1)], false],
  ])('%s', async (_name, drafts, isOpen) => {
    await open({ drafts });

    const details = earlier();
    expect(details ? details.hasAttribute('open') : null).toBe(isOpen);
  });

  test('says of each missing text in which cycle it is missing', async () => {
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'See what is missing' }));

    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText(`The reflection is missing: Cycle 2: ${CHANGED.question}`)).toBeInTheDocument();
    expect(dialog.getByText(`The reflection is missing: Cycle 1: ${REFINE.question}`)).toBeInTheDocument();
    expect(dialog.getByText(/Not marked as done: Cycle 2: try in class/)).toBeInTheDocument();
  });

  test('says what counts as a record of the visit', async () => {
    await open();

    expect(screen.getByText(/What counts as a record of the visit: notes, a form/)).toBeInTheDocument();
  });
});
