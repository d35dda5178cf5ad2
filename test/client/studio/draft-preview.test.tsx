import { describe, expect, it } from '@jest/globals';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { PATHWAY_PART } from '../../../contract/studioParts.ts';
import { studioEndpoints } from '../../../contract/studio.ts';
import type { Rule } from '../../../contract/rules.ts';
import { applyChanges, findPathway } from '../../../client/src/features/studio/changes.ts';
import type { Parts } from '../../../client/src/features/studio/changes.ts';
import { setModule } from '../../../client/src/features/studio/studioModel.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import type { Started } from '../support/startApp.tsx';
import { samplePathway, sampleParts } from './samples.ts';
import { DRAFT_ID, studioApi, StudioServer } from './studioServer.ts';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
const TRACK = '10000000-0000-4000-8000-0000000000bb';
const BADGE = '10000000-0000-4000-8000-0000000000cc';
const [first, second] = samplePathway.modules;
if (!first || !second) throw new Error('the sample has two modules');

/** The sample: its second module after the first or for a badge, the later ones with a track; the second completes it. */
function ruledParts(): Parts {
  const parts = sampleParts();
  const pathway = findPathway(parts);
  if (!pathway) throw new Error('the sample has no pathway');
  const completes: Rule = { type: 'approved', module: second?.key ?? '' };
  const tracks = [{ key: TRACK, title: 'Video', summary: '' }];
  parts.set(PATHWAY_PART, { ...pathway, tracks, completes });
  const held: Rule = { type: 'awarded', achievement: BADGE, title: 'Uses quick checks' };
  const before: Rule = { type: 'approved', module: first?.key ?? '' };
  const ruled = setModule(parts, second?.key ?? '', { opens: { type: 'atLeast', n: 1, of: [before, held] } });
  const onTrack: Rule = { type: 'track', track: TRACK };
  return samplePathway.modules
    .slice(2)
    .reduce<Parts>(
      (now, { key }) => applyChanges(now, setModule(now, key, { opens: onTrack })),
      applyChanges(parts, ruled),
    );
}

interface Opened extends Started {
  server: StudioServer;
}

async function open(parts: Parts = ruledParts(), query = ''): Promise<Opened> {
  window.sessionStorage.clear();
  const server = new StudioServer(parts);
  const at = `/studio/${DRAFT_ID}/preview${query}`;
  const started = await startApp(at, studioApi(server), designer);
  await screen.findByRole('heading', { level: 1 });
  return { ...started, server };
}

const heading = (name: string) => screen.findByRole('heading', { level: 1, name });
const outcome = () => screen.getAllByRole('status').find(({ className }) => className.includes('outcome'));
const toggle = (name: string) => fireEvent.click(screen.getByRole('checkbox', { name }));
const modules = () => within(screen.getByRole('list', { name: 'Modules of this pathway, in order' }));
/** The window is looked at again: whether others changed something is asked at once, as every ten seconds. */
const lookAgain = () => act(() => void window.dispatchEvent(new Event('visibilitychange')));

describe('the preview of a draft', () => {
  it('shows the map of somebody who has done nothing, and answers each switch at once', async () => {
    await open();
    const before = outcome()?.textContent;

    toggle(first.title);
    const after = outcome()?.textContent;
    toggle('Video');
    const withTrack = outcome()?.textContent;
    toggle(first.title);
    toggle('Uses quick checks');
    await expectAccessible();

    expect(before).toMatch(/^0 approved, \d open, 1 locked\.$/);
    expect(after).toMatch(/^1 approved, \d open, 0 locked\. Earned: “.+”\.$/);
    expect(withTrack).not.toBe(after);
    expect(modules().getByText(/Counted: you already hold the badge “Uses quick checks”/)).toBeVisible();
  });

  it('chooses a track where a teacher would, in memory only', async () => {
    const { api, user } = await open();
    const [note] = modules().getAllByText(/Not needed unless you choose the track “Video”/);

    await user.click(screen.getByRole('button', { name: 'Choose the track Video' }));

    expect(note).not.toBeInTheDocument();
    expect(screen.getByRole('checkbox', { name: 'Video' })).toBeChecked();
    expect(new Set(api.received.map(({ endpoint }) => endpoint.method))).toEqual(new Set(['get']));
  });

  it('opens a locked module to read, says why it is locked, and leads back to the map', async () => {
    const { user } = await open();

    await user.click(modules().getByRole('link', { name: second.title }));
    const title = await heading(second.title);
    const why = screen.getByText(/^Opens after 1 of:/);
    const focused = document.activeElement;
    toggle(first.title);
    const stillLocked = screen.queryByText(/^Opens after 1 of:/);
    await expectAccessible();
    await user.click(screen.getByRole('link', { name: 'Back to the map' }));
    await heading(samplePathway.title);

    expect(why).toBeDefined();
    expect(focused).toBe(title);
    expect(stillLocked).toBeNull();
    expect(outcome()?.textContent).toMatch(/^1 approved/);
  });

  it('is as wide as a phone or as the frame of the LMS', async () => {
    const { container } = await open();
    const screenOf = () => container.querySelector<HTMLElement>('.wm-studio-screen')?.dataset['width'];
    const before = screenOf();

    fireEvent.click(screen.getByRole('radio', { name: 'In the LMS' }));

    expect([before, screenOf()]).toEqual(['phone', 'frame']);
  });

  it('opens everything, and begins again, with one press', async () => {
    await open();

    fireEvent.click(screen.getByRole('button', { name: 'All open' }));
    const open_ = outcome()?.textContent;
    fireEvent.click(screen.getByRole('button', { name: 'All done' }));
    const done = outcome()?.textContent;
    fireEvent.click(screen.getByRole('button', { name: 'From the start' }));

    expect(open_).toMatch(/ 0 locked/);
    expect(done).toMatch(/ 0 open, 0 locked.+The pathway is complete\.$/);
    expect(outcome()?.textContent).toMatch(/^0 approved, \d open, 1 locked\.$/);
  });

  it('leads back to the place in the studio from which it was opened', async () => {
    const { user } = await open(ruledParts(), `?from=${second.key}`);

    await user.click(screen.getByRole('link', { name: `Back to ${samplePathway.title}` }));
    await screen.findByRole('navigation', { name: 'Outline' });

    expect(screen.getAllByRole('textbox', { name: 'Title' })[0]).toHaveValue(second.title);
    const back = screen.getByRole('link', { name: 'Preview as a teacher' });
    expect(back.getAttribute('href')).toContain(`/studio/${DRAFT_ID}/preview?from=${second.key}`);
  });

  it('remembers no tick in a list and sends nothing but questions', async () => {
    const { api, container } = await open(ruledParts(), `?module=${first.key}`);
    await heading(first.title);
    const boxes = [...container.querySelectorAll<HTMLInputElement>('.wm-checks input')];

    boxes.forEach((box) => fireEvent.click(box));
    toggle(first.title);

    const kept = Object.keys(window.sessionStorage).filter((key) => key.includes('ticked'));
    expect(kept).toEqual([]);
    expect(new Set(api.received.map(({ endpoint }) => endpoint.method))).toEqual(new Set(['get']));
  });
});

describe('a draft that changes while it is previewed', () => {
  it('stays as it is until the newest is asked for', async () => {
    const { server } = await open();
    server.saveAsOther(first.key, (part) => ({ ...part, title: 'Asked another way' }) as typeof part);

    lookAgain();
    const said = await screen.findByText(/was changed since you opened the preview/);
    const before = screen.queryByRole('heading', { name: /Asked another way/ });
    fireEvent.click(screen.getByRole('button', { name: 'Show the newest' }));

    expect(before).toBeNull();
    expect(await screen.findByRole('heading', { name: /Asked another way/ })).toBeVisible();
    expect(said).not.toBeInTheDocument();
  });

  it.each([
    ['FORBIDDEN' as const, /design|Design/],
    ['NOT_FOUND' as const, /nothing|not there|found/i],
  ])(
    'is not shown any more once it is %s',
    async (code, words) => {
      const { api } = await open();
      api.on(studioEndpoints.changes, () => {
        throw new Refusal(code);
      });

      lookAgain();

      const title = await screen.findByRole('heading', { level: 1, name: words });
      expect(title).toBeVisible();
      expect(screen.queryByRole('button', { name: 'All open' })).toBeNull();
    },
    20_000,
  );
});

describe('a draft that cannot be shown as it is', () => {
  it('says what is to be fixed, and leads there', async () => {
    const untitledFirst = applyChanges(ruledParts(), setModule(ruledParts(), first.key, { title: '' }));
    const parts = applyChanges(
      untitledFirst,
      setModule(untitledFirst, second.key, { label: '', achievement: '' }),
    );
    const { user } = await open(parts);

    await user.click(screen.getByText(/still to be fixed\. What is not written yet is missing here/));
    const [place] = screen.getAllByRole('button', { name: second.title });
    const untitled = modules().getAllByText('Untitled');
    fireEvent.click(place ?? document.body);
    await screen.findByRole('navigation', { name: 'Outline' });

    expect(untitled).toHaveLength(1);
    expect(screen.getAllByRole('textbox', { name: 'Title' })[0]).toHaveValue(second.title);
  });

  it('says so while it has no module', async () => {
    const parts = ruledParts();
    const pathway = findPathway(parts);
    if (!pathway) throw new Error('the sample has no pathway');

    await open(new Map([[PATHWAY_PART, { ...pathway, modules: [], title: '' }]]));

    expect(await heading('Untitled')).toBeVisible();
    expect(screen.getByText('No modules open yet.')).toBeVisible();
    await expectAccessible();
  });

  it('says that a module was removed, and shows the map', async () => {
    await open(ruledParts(), '?module=10000000-0000-4000-8000-0000000000ff');

    expect(screen.getByText('This module was removed from the draft.')).toBeVisible();
    expect(await heading(samplePathway.title)).toBeVisible();
  });

  it.each([
    ['FORBIDDEN' as const, true],
    ['INTERNAL' as const, false],
  ])(
    'says why if the answer is %s',
    async (code, isDenied) => {
      window.sessionStorage.clear();
      const api = studioApi(new StudioServer());
      api.on(studioEndpoints.draft, () => {
        throw new Refusal(code);
      });

      await startApp(`/studio/${DRAFT_ID}/preview`, api, designer);

      if (isDenied) expect(await screen.findByRole('heading', { level: 1 })).toBeVisible();
      else
        await waitFor(() => expect(screen.getByRole('button', { name: 'Try again' })).toBeVisible(), {
          timeout: 12_000,
        });
    },
    20_000,
  );
});
