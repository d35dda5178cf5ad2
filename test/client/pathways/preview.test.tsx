import { describe, expect, test } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import { promptsOf, requirementsOf } from '../../../contract/cycles.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import type { ModulePreview, PathwayPreview } from '../../../contract/pathways.ts';
import type { SessionInfo } from '../../../contract/sessions.ts';
import { session as sample } from '../gallery/samples.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { aMap, aMapModule, idOf, moduleAt } from '../support/teacherWork.ts';

const { pathway, run } = aMap();
const designer: Partial<SessionInfo> = {
  roles: ['designer', 'participant'],
  startsAs: 'designer',
  takesPart: false,
  person: { ...sample.person, agreed: false },
};

function aPreview(over: Partial<PathwayPreview> = {}): PathwayPreview {
  const modules = [0, 1].map((index) => {
    const { key, position, title, label, minutes } = aMapModule(index);
    const first = { type: 'module' as const, position: 1, title: moduleAt(0).title };
    const opensAfter = index === 0 ? null : first;
    return { key, position, title, label, minutes, opensAfter };
  });
  return { pathway, run, modules, beginsAt: null, ownEnrolmentId: null, ...over };
}
const aModulePreview = (): ModulePreview => ({
  pathway,
  run,
  position: 1,
  opensAfter: null,
  module: moduleAt(0),
});

function anApi(over: Partial<PathwayPreview> = {}): FakeApi {
  return new FakeApi()
    .on(pathwayEndpoints.preview, () => aPreview(over))
    .on(pathwayEndpoints.previewModule, () => aModulePreview());
}
const heading = { level: 1, name: pathway.title } as const;

describe('a designer who opens a link', () => {
  test('sees the map as a preview at once, without the teacher’s consent and without being enrolled', async () => {
    const { api } = await startApp('', anApi({ beginsAt: moduleAt(0).key }), designer);

    expect(await screen.findByRole('heading', heading)).toBeInTheDocument();
    expect(screen.getByRole('heading', { level: 2, name: 'This is a preview' })).toBeInTheDocument();
    expect(
      screen.getByText(`For participants this link opens at “${moduleAt(0).title}”.`),
    ).toBeInTheDocument();
    expect(screen.queryByText(/agree/i)).toBeNull();
    expect(screen.queryByText('Take part myself')).toBeNull();
    expect(api.bodiesOf(pathwayEndpoints.open)).toEqual([]);
    await expectAccessible();
  });

  test('is kept from the welcome page, also by its address', async () => {
    await startApp('/welcome', anApi(), designer);

    expect(await screen.findByRole('heading', heading)).toBeInTheDocument();
  });

  test('reads a module as participants do: text, questions, what is handed in, and the rubric', async () => {
    const { user } = await startApp('', anApi(), designer);
    const module = moduleAt(0);

    await user.click(await screen.findByRole('link', { name: module.title }));

    expect(await screen.findByRole('heading', { level: 1, name: module.title })).toBeInTheDocument();
    expect(screen.getByText(promptsOf(module)[0]?.question ?? '')).toBeInTheDocument();
    expect(screen.getByText(requirementsOf(module)[0]?.title ?? '')).toBeInTheDocument();
    expect(screen.getAllByText(module.criteria[0]?.title ?? '').length).toBeGreaterThan(0);
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.queryByRole('checkbox')).toBeNull();
    await expectAccessible();
    await user.click(screen.getByRole('link', { name: 'Back to Preview' }));
    expect(await screen.findByRole('heading', heading)).toBeInTheDocument();
  });

  test('is not offered own work in the menu', async () => {
    const { user } = await startApp('', anApi(), designer);
    await screen.findByRole('heading', heading);

    await user.click(screen.getByRole('button', { name: 'More' }));

    expect(screen.queryByRole('menuitem', { name: 'Switch to my own work' })).toBeNull();
    expect(screen.getByRole('menuitem', { name: 'My data' })).toBeInTheDocument();
  });

  test('is led to work that was begun in an earlier role', async () => {
    await startApp('', anApi({ ownEnrolmentId: idOf(9) }), designer);

    const link = await screen.findByRole('link', { name: 'Go to it' });

    expect(link).toHaveAttribute('href', expect.stringContaining(`/pathways/${idOf(9)}`));
  });

  test('is told of Student View where the LMS has it, and only there', async () => {
    const words = 'use Student View in Canvas';
    await startApp('', anApi(), { ...designer, frame: { ...sample.frame, family: 'moodle' } });
    await screen.findByRole('heading', heading);

    expect(screen.queryByText(words, { exact: false })).toBeNull();
  });

  test('is told of it in Canvas', async () => {
    await startApp('', anApi(), { ...designer, frame: { ...sample.frame, family: 'canvas' } });

    expect(await screen.findByText('use Student View in Canvas', { exact: false })).toBeInTheDocument();
  });
});

describe('an admin who opens a link', () => {
  const admin: Partial<SessionInfo> = {
    roles: ['participant', 'admin'],
    person: { ...sample.person, agreed: false },
  };

  test('sees the preview, with the way to take part and the way to administration', async () => {
    const { user } = await startApp('', anApi(), admin);

    const takePart = await screen.findByRole('link', { name: 'Take part myself' });
    await user.click(screen.getByRole('button', { name: 'More' }));

    expect(takePart).toHaveAttribute('href', expect.stringMatching(/\/welcome$/));
    expect(screen.getByRole('menuitem', { name: 'Switch to administration' })).toBeInTheDocument();
  });

  test('agrees to what teachers agree to once they want to take part', async () => {
    const { user } = await startApp('', anApi(), admin);

    await user.click(await screen.findByRole('link', { name: 'Take part myself' }));

    const welcome = { level: 1, name: 'Welcome. Three things before you start' } as const;
    expect(await screen.findByRole('heading', welcome)).toBeInTheDocument();
  });
});

test('the preview says so where a pathway has no modules, and shows the dates that there are', async () => {
  const dated = { ...run, submitBy: '2026-12-18T22:59:59Z' };

  await startApp('', anApi({ modules: [], run: dated }), designer);

  expect(await screen.findByText('This pathway has no modules yet.')).toBeInTheDocument();
  const dates = screen.getByRole('heading', { level: 2, name: 'Dates for this run' }).closest('section');
  expect(within(dates as HTMLElement).getByText('Submit by')).toBeInTheDocument();
});
