import { describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { DONE } from '../../../contract/common.ts';
import type { PathwayContent } from '../../../contract/content.ts';
import { diffContent } from '../../../contract/diffContent.ts';
import { documentOf } from '../../../contract/richText.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import type { NewerVersion, VersionOffer } from '../../../contract/versions.ts';
import { sampleModule, samplePathway } from '../../support/sampleContent.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi, Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { aMap, enrolmentId, idOf } from '../support/teacherWork.ts';

const at = `/pathways/${enrolmentId}/newer`;
const BEFORE = samplePathway(3);

/** The second module with another text, another length and a step less, instead of the third one a new one. */
function rewritten(): PathwayContent {
  const second = sampleModule(2);
  const steps = second.steps.map((step) => ({
    ...step,
    minutes: step.minutes + 5,
    blocks: step.blocks.map((block) =>
      block.type === 'text' ? { ...block, content: documentOf('Written anew.') } : block,
    ),
  }));
  const modules = [sampleModule(1), { ...second, steps }, sampleModule(4)];
  return samplePathway(3, { title: 'Other checks', modules });
}

function anOffer(over: Partial<VersionOffer> = {}): VersionOffer {
  return {
    to: 3,
    publishedAt: '2026-11-20T08:00:00.000Z',
    changelog: [{ said: 'The second module is too long.', changed: 'It has one step less.' }],
    diff: diffContent(BEFORE, rewritten()),
    work: [
      {
        key: idOf(1),
        attemptId: idOf(31),
        title: 'Look at checks',
        state: 'in_progress',
        fate: 'carried',
        formerTexts: [{ question: 'What surprised you?', cycle: 2 }],
        unassigned: ['Plan.pdf'],
        reopened: ['A Purpose'],
      },
      {
        key: idOf(2),
        attemptId: idOf(32),
        title: 'Run it with one class',
        state: 'in_review',
        fate: 'under_review',
        formerTexts: [],
        unassigned: [],
        reopened: [],
      },
    ],
    share: { before: 50, after: 33 },
    ...over,
  };
}

const newer = (over: Partial<NewerVersion> = {}): NewerVersion => ({
  pathwayTitle: 'Checks',
  from: 2,
  offer: anOffer(),
  closed: null,
  ...over,
});
const serve = (data: NewerVersion) =>
  new FakeApi().on(pathwayEndpoints.newer, () => data).on(pathwayEndpoints.map, () => aMap());
const heading = { level: 1, name: 'Version 3 of this pathway' } as const;

describe('the page of a newer version', () => {
  test('says what is new, what becomes of the work, and what changes word by word', async () => {
    await startApp(at, serve(newer()));
    await screen.findByRole('heading', heading);

    expect(screen.getByText('The second module is too long.')).toBeInTheDocument();
    expect(screen.getByText(/^You go on with it in version 3/)).toBeInTheDocument();
    expect(screen.getByText(/^It is judged by version 2/)).toBeInTheDocument();
    for (const name of ['Cycle 2: What surprised you?', 'Plan.pdf', 'A Purpose'])
      expect(screen.getByText(name)).toBeInTheDocument();
    expect(screen.getByText(/you will have done 33%; now it is 50%/)).toBeInTheDocument();
    expect(screen.getAllByText('Minutes: 20 (before: 15)')[0]).toBeInTheDocument();
    expect(screen.getByText('This module is new.')).toBeInTheDocument();
    expect(screen.getByText('This module is gone.')).toBeInTheDocument();
    await expectAccessible();
  });

  test('moves after one was asked once more, and goes back to the map', async () => {
    const api = serve(newer()).on(pathwayEndpoints.move, () => DONE);
    const { user } = await startApp(at, api);
    await user.click(await screen.findByRole('button', { name: 'Move to version 3' }));

    const dialog = screen.getByRole('dialog', { name: 'Move to version 3?' });
    await user.click(within(dialog).getByRole('button', { name: 'Move to version 3' }));

    expect(await screen.findByRole('heading', { level: 1, name: aMap().pathway.title })).toBeInTheDocument();
    expect(api.bodiesOf(pathwayEndpoints.move)).toEqual([{ from: 2, to: 3 }]);
    expect(screen.getByText('You now work on version 3.')).toBeInTheDocument();
  });

  test('says why somebody was not moved, and leaves the work as it was', async () => {
    const api = serve(newer()).on(pathwayEndpoints.move, () => {
      throw new Refusal('VERSION_CHANGED');
    });
    const { user } = await startApp(at, api);
    await user.click(await screen.findByRole('button', { name: 'Move to version 3' }));
    const dialog = screen.getByRole('dialog');

    await user.click(within(dialog).getByRole('button', { name: 'Move to version 3' }));

    expect(
      await within(dialog).findByText('You were not moved. Your work is as it was.'),
    ).toBeInTheDocument();
    expect(within(dialog).getByText('VERSION_CHANGED of the test')).toBeInTheDocument();
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  test('keeps quiet on the map once one has looked and stayed, and can be found beside it', async () => {
    const api = serve(newer()).on(pathwayEndpoints.map, () => aMap({ newerVersion: 3 }));
    const { user } = await startApp(`/pathways/${enrolmentId}`, api);
    await user.click(await screen.findByRole('link', { name: 'See what changes' }));

    await user.click(await screen.findByRole('link', { name: 'Stay on version 2' }));

    expect(await screen.findByRole('link', { name: 'What version 3 changes' })).toHaveAttribute(
      'href',
      expect.stringContaining(at),
    );
    expect(screen.queryByRole('link', { name: 'See what changes' })).toBeNull();
  });

  test.each([
    ['completed', /^You have completed this pathway in version 2/],
    ['archived', /^This is from an earlier run/],
    ['withdrawn', /^You have left this pathway/],
  ] as const)('can only be read where the work is %s', async (closed, words) => {
    await startApp(at, serve(newer({ closed })));
    await screen.findByRole('heading', heading);

    expect(screen.getByText(words)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /^Move/ })).toBeNull();
  });

  test('says so where nothing newer is offered', async () => {
    await startApp(at, serve(newer({ offer: null })));

    expect(await screen.findByText('You work on version 2. Nothing newer is offered.')).toBeInTheDocument();
  });

  test('carries nothing over for somebody who has begun nothing', async () => {
    const share = { before: 0, after: 0 };
    await startApp(at, serve(newer({ offer: anOffer({ work: [], changelog: [], share }) })));
    await screen.findByRole('heading', heading);

    expect(screen.getByText(/^You have not begun any module yet/)).toBeInTheDocument();
    expect(screen.queryByText(/you will have done/)).toBeNull();
  });
});

test('a link to a module of a newer version leads to what that version changes', async () => {
  const api = serve(newer()).on(pathwayEndpoints.open, () => {
    throw new Refusal('MODULE_NOT_IN_VERSION', { enrolmentId });
  });
  const { user } = await startApp('', api);

  await user.click(await screen.findByRole('link', { name: 'See what changes' }));

  expect(await screen.findByRole('heading', heading)).toBeInTheDocument();
});

test('a retired pathway says to somebody new that nobody can begin it', async () => {
  const api = new FakeApi().on(pathwayEndpoints.open, () => {
    throw new Refusal('PATHWAY_RETIRED');
  });
  await startApp('', api);

  expect(await screen.findByRole('heading', { name: 'This pathway takes nobody new' })).toBeInTheDocument();
});
