import { describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { DONE } from '../../../contract/common.ts';
import { bundleEndpoints } from '../../../contract/bundles.ts';
import { studioEndpoints } from '../../../contract/studio.ts';
import { PATHWAY_PART } from '../../../contract/studioParts.ts';
import type { StudioVersions } from '../../../contract/studio.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi, Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { moduleAt, samplePathway, sampleParts } from './samples.ts';
import { DRAFT_ID, sampleRow, studioApi, StudioServer } from './studioServer.ts';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
const { key, title } = samplePathway;
const at = `/studio/pathways/${key}/versions`;
const AT = '2026-10-02T09:00:00.000Z';

const row = (n: number, over: Partial<StudioVersions['rows'][number]> = {}) => ({
  n,
  publishedAt: AT,
  publishedBy: 'Teacher 14',
  changelog: [],
  offered: true,
  people: n,
  ...over,
});

/** The far end of the page: it keeps what is offered and whether the pathway is retired. */
function versionsApi(rows: StudioVersions['rows']): FakeApi {
  let state: StudioVersions = { title, retiredAt: null, rows };
  return new FakeApi()
    .on(studioEndpoints.versions, () => state)
    .on(studioEndpoints.offer, ({ params, body }) => {
      const { offered } = body as { offered: boolean };
      const changed = state.rows.map((one) => (one.n === Number(params['n']) ? { ...one, offered } : one));
      state = { ...state, rows: changed };
      return DONE;
    })
    .on(studioEndpoints.retire, ({ body }) => {
      state = { ...state, retiredAt: (body as { retired: boolean }).retired ? AT : null };
      return DONE;
    })
    .on(studioEndpoints.version, ({ params }) => ({
      publishedAt: AT,
      changelog: [],
      content: { ...samplePathway, title: `Title ${params['n']}` },
    }));
}

describe('the versions of a pathway', () => {
  it('can be exported one by one, and say why one cannot', async () => {
    const api = versionsApi([row(2), row(1)]).on(bundleEndpoints.exportVersion, () => {
      throw new Refusal('CONTENT_FILE_MISSING');
    });
    const { user } = await startApp(at, api, designer);

    await user.click(await screen.findByRole('button', { name: `Export version 1 of ${title}` }));

    const item = screen.getByRole('heading', { name: 'Version 1' }).closest('li');
    await waitFor(() => expect(item).toHaveTextContent('It was not exported.'));
    const asked = api.received.filter(({ endpoint }) => endpoint === bundleEndpoints.exportVersion);
    expect(asked.map(({ params }) => params)).toEqual([{ key, n: '1' }]);
  });

  it('are listed with who published them, who is on them and what they changed', async () => {
    const changelog = [{ said: 'Too long', changed: 'One step less' }];
    const old = row(1, { publishedBy: '', people: 1_000 });
    await startApp(at, versionsApi([row(2, { changelog }), old]), designer);
    const list = within(await screen.findByRole('list', { name: 'Published versions, newest first' }));

    expect(list.getByText(/by Teacher 14$/)).toBeInTheDocument();
    expect(list.getByText('2 people are on it')).toBeInTheDocument();
    expect(list.getByText('1,000 people or more are on it')).toBeInTheDocument();
    expect(list.getByText('One step less')).toBeInTheDocument();
    expect(list.getByText('New people begin with this one.')).toBeInTheDocument();
    await expectAccessible();
  });

  it('can be held back and offered again', async () => {
    const { user } = await startApp(at, versionsApi([row(2), row(1)]), designer);

    await user.click(await screen.findByRole('button', { name: 'Stop offering version 2' }));
    const again = await screen.findByRole('button', { name: 'Offer version 2' });
    const heldBack = screen.queryByText('It is not offered to people on earlier versions.');
    await user.click(again);

    expect(heldBack).not.toBeNull();
    expect(await screen.findByText('People on earlier versions may move to it.')).toBeInTheDocument();
  });

  it('are compared, at first the newest with the one before it, then any two', async () => {
    const { user } = await startApp(at, versionsApi([row(3), row(2), row(1)]), designer);
    await screen.findByRole('heading', { name: 'Compare two versions' });
    const diff = async (text: string) =>
      waitFor(() => expect(document.querySelector('.wm-diff')?.textContent).toContain(text));
    await diff('2');

    await user.selectOptions(screen.getByLabelText('Earlier version'), '3');

    expect(await screen.findByText('Both versions say the same.')).toBeInTheDocument();
  });

  it('are not compared where there is one only', async () => {
    await startApp(at, versionsApi([row(1)]), designer);

    expect(await screen.findByText('There is one version so far.')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /offer/i })).toBeNull();
  });

  it('end where the pathway is retired, after one was asked; that can be taken back', async () => {
    const { user } = await startApp(at, versionsApi([row(1)]), designer);
    await user.click(await screen.findByRole('button', { name: 'Retire this pathway' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Retire this pathway?' }));
    await user.click(dialog.getByRole('button', { name: 'Retire' }));
    const back = await screen.findByRole('button', { name: 'Take it back' });
    const words = screen.queryByText(/^Retired .*nobody new can begin it/);

    await user.click(back);

    expect(words).not.toBeNull();
    expect(await screen.findByRole('button', { name: 'Retire this pathway' })).toBeInTheDocument();
  });
});

describe('the list of pathways', () => {
  it('marks a retired pathway and leads to its versions', async () => {
    await startApp('/studio', studioApi(new StudioServer(), [sampleRow({ retiredAt: AT })]), designer);

    expect(await screen.findByText('Retired')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: `Versions of ${title}` })).toHaveAttribute(
      'href',
      expect.stringContaining(at),
    );
  });

  it('discards a draft after it has said what is lost', async () => {
    const { api, user } = await startApp('/studio', studioApi(new StudioServer()), designer);
    await user.click(await screen.findByRole('button', { name: `Discard the draft of ${title}` }));
    const dialog = within(screen.getByRole('dialog', { name: 'Discard the draft?' }));
    const words = dialog.queryByText(/What is published stays as it is/);

    await user.click(dialog.getByRole('button', { name: 'Discard' }));

    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(words).not.toBeNull();
    expect(api.received.some(({ endpoint }) => endpoint === studioEndpoints.discard)).toBe(true);
  });
});

it('a part is put back to what it was before, as a change that can be undone', async () => {
  window.sessionStorage.clear();
  const server = new StudioServer();
  const module = moduleAt(sampleParts(), 0);
  const api = studioApi(server).on(studioEndpoints.history, () => ({
    rows: [
      {
        id: DRAFT_ID,
        savedAt: AT,
        savedBy: 'Teacher 15',
        why: 'replaced' as const,
        value: { ...module, title: 'As it was' },
      },
      { id: module.key, savedAt: AT, savedBy: '', why: 'refused' as const, value: null },
    ],
    next: null,
  }));
  const { user } = await startApp(`/studio/${DRAFT_ID}?at=${module.key}`, api, designer);
  const outline = within(await screen.findByRole('navigation', { name: 'Outline' }));
  await user.click(outline.getByRole('button', { name: `Move or change ${module.title}` }));
  await user.click(screen.getByRole('menuitem', { name: 'What it was before' }));
  const dialog = within(await screen.findByRole('dialog'));
  await dialog.findByText('As it was', { exact: false });
  await user.click(dialog.getByRole('radio', { name: /not saved: somebody else/ }));
  const absent = dialog.queryByText('It was not there then.');
  await user.click(dialog.getByRole('radio', { name: /changed by Teacher 15/ }));

  await user.click(dialog.getByRole('button', { name: 'Put this back' }));
  const after = await outline.findByText('As it was');
  await user.click(screen.getByRole('button', { name: 'Undo' }));

  expect(absent).not.toBeNull();
  expect(after).toBeDefined();
  expect(await outline.findByText(module.title)).toBeInTheDocument();
});

it('the own part of a pathway is put back, too, with the modules that it has now', async () => {
  window.sessionStorage.clear();
  const server = new StudioServer();
  const before = sampleParts().get(PATHWAY_PART);
  if (before?.type !== 'pathway') throw new Error('the sample has no part of its own');
  const value = { ...before, vision: 'As it was.', modules: before.modules.slice(1) };
  const row = { id: DRAFT_ID, savedAt: AT, savedBy: 'Teacher 15', why: 'replaced' as const, value };
  const api = studioApi(server).on(studioEndpoints.history, () => ({ rows: [row], next: null }));
  const { user } = await startApp(`/studio/${DRAFT_ID}?at=${PATHWAY_PART}`, api, designer);
  await user.click(await screen.findByRole('button', { name: 'What it was before' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Pathway: what it was before' }));

  await user.click(await dialog.findByRole('button', { name: 'Put this back' }));

  const { modules } = before;
  await waitFor(() => expect(server.value(PATHWAY_PART)).toMatchObject({ vision: 'As it was.', modules }));
});
