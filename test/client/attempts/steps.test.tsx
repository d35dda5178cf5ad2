import { afterEach, describe, expect, test } from '@jest/globals';
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import type { Workspace } from '../../../contract/attempts.ts';
import { contentFileEndpoints } from '../../../contract/contentFiles.ts';
import { promptsOf, requirementsOf } from '../../../contract/cycles.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi } from '../support/fakeApi.ts';
import { clearDevice, startApp } from '../support/startApp.tsx';
import { aMap, aPiece, attemptId, aWorkspace } from '../support/teacherWork.ts';
import { aRichModule, checklist, embed, resource, starterFile } from '../support/richModule.ts';
import { findEditor, workServer } from '../support/workServer.ts';

const at = `/modules/${attemptId}`;
const rich = (over: Partial<Workspace> = {}): Workspace => aWorkspace({ module: aRichModule(), ...over });

afterEach(async () => {
  window.sessionStorage.clear();
  await clearDevice();
});

async function open(workspace = rich()) {
  const started = await startApp(at, workServer(workspace));
  await findEditor();
  return started;
}
const bar = () => screen.getByRole('navigation', { name: 'Steps of this module' });
const stepsOfBar = () =>
  within(bar())
    .getAllByRole('link')
    .map((link) => link.textContent);
const section = (name: string): HTMLElement =>
  screen.getByRole('heading', { level: 2, name }).closest('section') ?? document.body;

describe('a module of five steps', () => {
  test('shows each with its own title or the word for its kind, all kinds of blocks, and is accessible', async () => {
    await open();

    expect(stepsOfBar()).toEqual([
      'Learn, not done yet',
      'Get ready, not done yet',
      'Try it, not done yet',
      'Reflect, not done yet',
      'Hand in, not done yet',
    ]);
    expect(within(section('Learn')).getByText('What a check is.')).toBeInTheDocument();
    expect(screen.getByText(promptsOf(aRichModule())[0]?.question ?? '')).toBeInTheDocument();
    expect(screen.getByText(requirementsOf(aRichModule())[0]?.title ?? '')).toBeInTheDocument();
    await expectAccessible();
  });

  test('lets those without questions be marked, and counts the others by their content', async () => {
    const { user, api } = await open(rich({ missing: [], evidence: [aPiece()] }));

    await user.click(within(section('Get ready')).getByRole('checkbox', { name: 'Done with this step' }));

    await waitFor(() => expect(stepsOfBar()).toContain('Get ready, done'));
    expect(screen.getAllByRole('checkbox', { name: 'Done with this step' })).toHaveLength(3);
    expect(stepsOfBar().filter((text) => text.endsWith(', done'))).toEqual([
      'Get ready, done',
      'Hand in, done',
    ]);
    expect(document.querySelector('.wm-foot-state')).toHaveTextContent('2 of 5 parts ready');
    await waitFor(() =>
      expect(
        api.received
          .filter(({ endpoint }) => endpoint === attemptEndpoints.setStep)
          .map(({ params }) => params['step'])
          .sort(),
      ).toEqual(['hand_in', 'prepare']),
    );
  });

  test('leads by its bar to the place of a step', async () => {
    const { user } = await open();

    await user.click(within(bar()).getByRole('link', { name: /^Get ready/ }));

    await waitFor(() => expect(section('Get ready')).toHaveFocus());
    expect(window.location.hash).toBe('#step-prepare');
  });
});

describe('what a step holds', () => {
  test('links to a resource and to a page of another site without loading anything from there', async () => {
    const { container } = await open();

    const link = screen.getByRole('link', { name: resource.title });
    const outside = screen.getByRole('link', { name: `Open “${embed.title}” in a new tab` });

    for (const [anchor, url] of [
      [link, resource.url],
      [outside, embed.url],
    ] as const) {
      expect(anchor).toHaveAttribute('href', url);
      expect(anchor).toHaveAttribute('target', '_blank');
      expect(anchor).toHaveAttribute('rel', expect.stringContaining('noreferrer'));
    }
    expect(screen.getByText(resource.note)).toBeInTheDocument();
    expect(screen.getByText(embed.alternative)).toBeInTheDocument();
    expect(screen.getAllByText('Licence: CC BY 4.0')).toHaveLength(2);
    expect(container.querySelector('iframe, video, img[src^="http"]')).toBeNull();
  });

  test('shows an address that nobody can follow as text only', async () => {
    const broken = { ...resource, url: 'javascript:alert(1)' };
    const [first, ...others] = aRichModule().steps;
    const steps = [{ ...(first as NonNullable<typeof first>), blocks: [broken] }, ...others];
    await open(rich({ module: aRichModule({ steps }) }));

    expect(screen.getByText(resource.title)).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: resource.title })).toBeNull();
  });

  test('says what a file to start from is, and gets the link to it when it is wanted', async () => {
    const { user, api } = await open();
    const wanted: string[] = [];
    api.on(contentFileEndpoints.link, ({ params }) => {
      wanted.push(params['sha256'] ?? '');
      return { url: '#/content-files/1', size: starterFile.size, mediaType: starterFile.mediaType };
    });

    await user.click(screen.getByRole('button', { name: `Download “${starterFile.title}”` }));

    await waitFor(() => expect(wanted).toEqual([starterFile.sha256]));
    expect(screen.getByText(/48 kB/)).toBeInTheDocument();
  });

  test('says that a file is not stored, at its place', async () => {
    const { user } = await open();

    await user.click(screen.getByRole('button', { name: `Download “${starterFile.title}”` }));

    // at its place, and announced
    expect(await screen.findAllByText(/This file is not stored here/)).toHaveLength(2);
  });

  test('remembers the ticks of a list in this window, and sends them to nobody', async () => {
    const name = checklist.items[0]?.text ?? '';
    const { user, api } = await open();

    await user.click(screen.getByRole('checkbox', { name }));
    cleanup();
    await open();

    expect(screen.getByRole('checkbox', { name })).toBeChecked();
    expect(screen.getByRole('checkbox', { name: checklist.items[1]?.text ?? '' })).not.toBeChecked();
    expect(api.received.some(({ params }) => params['step'] === 'prepare')).toBe(false);
  });
});

describe('what one needs for a module', () => {
  test('is said first, with the way to do without', async () => {
    await open();

    expect(screen.getByText('You will need: a camera and one device for each student')).toBeInTheDocument();
    const way = screen.getByText('Without these: how to do it anyway').closest('details');
    expect(way).toHaveTextContent('Use paper, and take turns at one device.');
  });

  test('is not mentioned where it takes nothing', async () => {
    await open(aWorkspace());

    expect(screen.queryByText(/^You will need/)).toBeNull();
  });
});

describe('examples', () => {
  test('open with their judgement, called examples and never somebody’s work, and are accessible', async () => {
    const { user } = await open();
    const [button] = screen.getAllByRole('button', { name: /^A quiz of twenty/ });

    await user.click(button as HTMLElement);

    const dialog = screen.getByRole('dialog', { name: 'A quiz of twenty' });
    const { criteria, scale } = aRichModule();
    expect(within(dialog).getByText('Example that would be returned')).toBeInTheDocument();
    expect(within(dialog).getByText(/Nobody’s real work/)).toBeInTheDocument();
    expect(within(dialog).getByText('The work that would be returned.')).toBeInTheDocument();
    expect(within(dialog).getAllByText(scale.levels[0]?.name ?? '')).toHaveLength(criteria.length);
    expect(within(dialog).getAllByText('Why it would be returned.')).toHaveLength(criteria.length);
    expect(within(dialog).getByText('Look at the second question.')).toBeInTheDocument();
    await expectAccessible();
  });
});

test('a criterion that asks for more kinds of evidence is among what is missing, and leads to the last step', async () => {
  const [first, ...others] = aRichModule().criteria;
  const criteria = [{ ...(first as NonNullable<typeof first>), kindsNeeded: 3 }, ...others];
  const { user } = await open(rich({ module: aRichModule({ criteria }), missing: [], evidence: [aPiece()] }));

  await user.click(screen.getByRole('button', { name: 'See what is missing' }));
  const line = screen.getByText(`More kinds of evidence are needed for: ${first?.title}`);
  await user.click(within(line.parentElement as HTMLElement).getByRole('button', { name: 'Go there' }));

  await waitFor(() => expect(section('Hand in')).toHaveFocus());
});

test('a preview shows the same steps, needs and examples, with nothing to write', async () => {
  const { pathway, run } = aMap();
  const module = aRichModule();
  const api = new FakeApi().on(pathwayEndpoints.previewModule, () => ({
    pathway,
    run,
    position: 1,
    opensAfter: {
      type: 'atLeast' as const,
      n: 1,
      of: ['Science', 'Languages'].map((title) => ({ type: 'track' as const, title })),
    },
    module,
  }));
  await startApp(`/preview/modules/${module.key}`, api, { roles: ['designer'], startsAs: 'designer' });
  await screen.findByRole('heading', { level: 1, name: module.title });

  for (const name of ['Learn', 'Get ready', 'Try it', 'Reflect', 'Hand in']) {
    expect(screen.getByRole('heading', { level: 2, name })).toBeInTheDocument();
  }
  expect(screen.getByText(/^You will need/)).toBeInTheDocument();
  expect(
    screen.getByText('Opens for participants after 1 of: the track “Science”, the track “Languages”.'),
  ).toBeInTheDocument();
  expect(screen.queryByRole('textbox')).toBeNull();
  expect(screen.queryByRole('checkbox', { name: 'Done with this step' })).toBeNull();
  await expectAccessible();
});
