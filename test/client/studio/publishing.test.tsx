import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { FrameworkContent, frameworkEndpoints } from '../../../contract/frameworks.ts';
import { toFinding } from '../../../contract/lint/findings.ts';
import { PATHWAY_PART, type Part } from '../../../contract/studioParts.ts';
import { SaveParts, studioEndpoints } from '../../../contract/studio.ts';
import { openDeviceStore } from '../../../client/src/storage/deviceStore.ts';
import { listUnsent } from '../../../client/src/storage/listUnsent.ts';
import { session as sample } from '../gallery/samples.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import type { Started } from '../support/startApp.tsx';
import { moduleAt, samplePathway, sampleParts } from './samples.ts';
import { DRAFT_ID, sampleRow, studioApi, StudioServer } from './studioServer.ts';

const CORE = new URL('../../../content/frameworks/edtech-practice-core.json', import.meta.url);
/** The framework that the sample is aligned to. */
const shippedCore = (): FrameworkContent =>
  FrameworkContent.parse(JSON.parse(readFileSync(fileURLToPath(CORE), 'utf8')));
const AT = '2026-10-02T09:00:00.000Z';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };

interface Opened extends Started {
  server: StudioServer;
}

/** Opens the draft, with the pathway's own part changed. */
async function openDraft(
  change: Partial<Extract<Part, { type: 'pathway' }>> = {},
  parts = new Map(sampleParts()),
): Promise<Opened> {
  window.sessionStorage.clear();
  const head = parts.get(PATHWAY_PART);
  if (head?.type !== 'pathway') throw new Error('the sample has no part of its own');
  parts.set(PATHWAY_PART, { ...head, ...change });
  const server = new StudioServer(parts);
  const started = await startApp(`/studio/${DRAFT_ID}`, studioApi(server), designer);
  await screen.findByRole('navigation', { name: 'Outline' });
  return { ...started, server };
}

const openDialog = async ({ user }: Opened) => {
  await user.click(screen.getByRole('button', { name: 'Publish version 4' }));
  return within(await screen.findByRole('dialog'));
};
type Inside = Awaited<ReturnType<typeof openDialog>>;
const publishIn = (dialog: Inside): HTMLElement => dialog.getByRole('button', { name: 'Publish version 4' });
/** What the sample person's device holds that the server does not have. */
const unsentHere = async () => {
  const { institution, person } = sample;
  return listUnsent(await openDeviceStore({ institutionId: institution.id, personId: person.id }));
};
/** Changes the title, over a network that holds what is saved. @returns what lets it arrive */
function writeWhatWaits({ api, server }: Opened): () => void {
  let arrive = (): void => undefined;
  const network = new Promise<void>((resolve) => (arrive = resolve));
  api.on(studioEndpoints.save, async ({ body }) => {
    await network;
    return server.save(SaveParts.parse(body));
  });
  // at once: what is typed slowly is saved more than once
  fireEvent.change(screen.getByRole('textbox', { name: 'Title' }), { target: { value: 'Once more' } });
  return arrive;
}
const sent = ({ api }: Opened) => api.bodiesOf(studioEndpoints.publish);

describe('publishing', () => {
  it('says for whom it is, and sends what is new with the draft as it is here', async () => {
    const opened = await openDraft();
    const dialog = await openDialog(opened);
    await expectAccessible();

    await opened.user.type(dialog.getByRole('textbox', { name: 'You said (1)' }), 'Too long');
    await opened.user.type(dialog.getByRole('textbox', { name: 'We changed (1)' }), 'One step less');
    await opened.user.click(publishIn(dialog));

    await screen.findByRole('heading', { name: 'Studio' });
    const changelog = [{ said: 'Too long', changed: 'One step less' }];
    expect(sent(opened)).toEqual([{ revision: 1, changelog, reasons: [], offered: true }]);
  });

  it('waits for what is still being saved, says so, and sends the draft with it', async () => {
    const opened = await openDraft();
    const { user } = opened;
    const arrive = writeWhatWaits(opened);
    const dialog = await openDialog(opened);

    await user.click(publishIn(dialog));

    expect(await dialog.findByText(/^Not everything is saved yet/)).toBeVisible();
    expect(sent(opened)).toEqual([]);
    arrive();
    await screen.findByRole('heading', { name: 'Studio' });
    expect(sent(opened)).toMatchObject([{ revision: 2 }]);
  });

  it('publishes the note as it is once everything is saved, not as it was when publishing was pressed', async () => {
    const opened = await openDraft();
    const { user } = opened;
    const arrive = writeWhatWaits(opened);
    const dialog = await openDialog(opened);
    await user.click(publishIn(dialog));

    await user.type(dialog.getByRole('textbox', { name: 'We changed (1)' }), 'One step less');
    arrive();

    await screen.findByRole('heading', { name: 'Studio' });
    expect(sent(opened)).toMatchObject([{ changelog: [{ said: '', changed: 'One step less' }] }]);
  });

  it('takes nothing more into the note while it is on its way', async () => {
    const opened = await openDraft();
    let arrive = (): void => undefined;
    const network = new Promise<void>((resolve) => (arrive = resolve));
    opened.api.on(studioEndpoints.publish, async () => {
      await network;
      return { pathwayKey: samplePathway.key, n: 4 };
    });
    const dialog = await openDialog(opened);
    const field = dialog.getByRole('textbox', { name: 'We changed (1)' });

    await opened.user.click(publishIn(dialog));
    await waitFor(() => expect(field).toHaveAttribute('readonly'));
    await opened.user.type(field, 'Too late');

    expect(field).toHaveValue('');
    arrive();
    await screen.findByRole('heading', { name: 'Studio' });
  });

  it('goes to the first field that lacks something, and to a change that is added', async () => {
    const opened = await openDraft({ vision: '' });
    const dialog = await openDialog(opened);

    await opened.user.click(publishIn(dialog));
    const reason = dialog.getByRole('textbox', { description: /Say why/ });
    const first = document.activeElement;
    await opened.user.click(dialog.getByRole('button', { name: 'Add another change' }));

    expect(first).toBe(reason);
    await waitFor(() => expect(dialog.getByRole('textbox', { name: 'You said (2)' })).toHaveFocus());
  });

  it('asks what was changed where only what was said is written, and sends nothing before', async () => {
    const opened = await openDraft();
    const dialog = await openDialog(opened);

    await opened.user.type(dialog.getByRole('textbox', { name: 'You said (1)' }), 'Too long');
    await opened.user.click(publishIn(dialog));

    expect(dialog.getByText('Say what you changed, or clear what was said.')).toBeVisible();
    expect(sent(opened)).toEqual([]);
  });

  it('offers the version to people on earlier ones, unless it is held back', async () => {
    const opened = await openDraft();
    const dialog = await openDialog(opened);

    await opened.user.click(dialog.getByRole('checkbox', { name: /may move to this one/ }));
    await opened.user.click(publishIn(dialog));

    await screen.findByRole('heading', { name: 'Studio' });
    expect(sent(opened)).toMatchObject([{ offered: false }]);
  });

  it('asks why for each warning, and goes nowhere without', async () => {
    const opened = await openDraft({ vision: '' });
    const dialog = await openDialog(opened);

    await opened.user.click(publishIn(dialog));
    const asked = dialog.getByText('Say why, or mend it first.');
    await opened.user.type(dialog.getByRole('textbox', { description: /Say why/ }), 'It needs none.');
    await opened.user.click(publishIn(dialog));

    expect(asked).not.toBeInTheDocument();
    await screen.findByRole('heading', { name: 'Studio' });
    expect(sent(opened)).toMatchObject([{ reasons: [{ reason: 'It needs none.' }] }]);
  });

  it('asks why where the framework has a newer version than the draft names', async () => {
    window.sessionStorage.clear();
    const api = studioApi(new StudioServer());
    const content = shippedCore();
    const { key, slug, title, licence, items } = content;
    const row = { key, slug, title, licence, version: 2, publishedAt: AT, items: items.length, core: null };
    const read = { version: 1, publishedAt: AT, contentHash: 'a'.repeat(64), content, applied: null };
    api.on(frameworkEndpoints.list, () => ({ rows: [row] }));
    api.on(frameworkEndpoints.read, () => read);
    const { user } = await startApp(`/studio/${DRAFT_ID}`, api, designer);
    await screen.findByText('1 to consider');

    await user.click(screen.getByRole('button', { name: 'Publish version 4' }));

    expect(
      await screen.findByRole('textbox', {
        description: /uses version 1 of EdTech Practice Core; the newest is 2/,
      }),
    ).toBeInTheDocument();
  });

  it('leads to what is to be mended first', async () => {
    const opened = await openDraft({ title: '' });

    await opened.user.click(screen.getByRole('button', { name: 'Publish version 4' }));

    expect(await screen.findByRole('dialog', { name: 'What to fix and consider' })).toBeInTheDocument();
    expect(sent(opened)).toEqual([]);
  });

  it('names each place that is to be mended, also where nothing has a title', async () => {
    const blank = (part: Part): Part => {
      if (part.type === 'criterion') return { ...part, criterion: { ...part.criterion, title: ' ' } };
      return part.type === 'module' ? { ...part, title: '' } : part;
    };
    const parts = new Map([...sampleParts()].map(([key, part]) => [key, blank(part)]));
    const opened = await openDraft({ title: '' }, parts);

    await opened.user.click(screen.getByRole('button', { name: 'Publish version 4' }));

    const dialog = within(await screen.findByRole('dialog', { name: 'What to fix and consider' }));
    const rows = dialog.getAllByRole('listitem');
    const names = rows.map((row) => within(row).getByRole('button').textContent);
    expect(names.filter((name) => !name.includes('Untitled'))).toEqual([]);
    await expectAccessible();
  });

  it('tells two blocks of a module apart by what they are called', async () => {
    const blank = (part: Part): Part =>
      part.type === 'block' && part.block.type === 'file'
        ? { ...part, block: { ...part.block, licence: { ...part.block.licence, name: '' } } }
        : part;
    const parts = new Map([...sampleParts()].map(([key, part]) => [key, blank(part)]));
    const opened = await openDraft({}, parts);

    await opened.user.click(screen.getByRole('button', { name: 'Publish version 4' }));

    const dialog = within(await screen.findByRole('dialog', { name: 'What to fix and consider' }));
    const names = dialog.getAllByRole('listitem').map((row) => within(row).getByRole('button').textContent);
    expect(names.length).toBeGreaterThan(1);
    expect(new Set(names).size).toBe(names.length);
    expect(names[0]).toMatch(/, Starter file: /);
  });

  it('asks for a first module where there is none yet', async () => {
    const opened = await openDraft({ modules: [], completes: { type: 'all', of: [] } });

    await opened.user.click(screen.getByRole('button', { name: 'Publish version 4' }));

    const dialog = within(await screen.findByRole('dialog', { name: 'What to fix and consider' }));
    expect(dialog.getByText('This pathway has no module yet. Add the first one.')).toBeVisible();
  });

  it('shows what somebody else has just changed before it publishes anything', async () => {
    const opened = await openDraft();
    const dialog = await openDialog(opened);
    const { key } = moduleAt(sampleParts(), 0);
    opened.server.saveAsOther(key, (part) => (part.type === 'module' ? { ...part, title: 'Theirs' } : part));

    await opened.user.click(publishIn(dialog));

    expect(await dialog.findByText(/Somebody else has just changed this draft/)).toBeInTheDocument();
    expect(sent(opened)).toEqual([]);
  });

  it('says what the server found, and that the draft is as it was where nothing is known', async () => {
    const opened = await openDraft();
    const { key: module } = moduleAt(sampleParts(), 0);
    const finding = toFinding('module_minutes', { module }, { minutes: 90, max: 60 });
    opened.api.on(studioEndpoints.publish, () => {
      throw new Refusal('NOT_PUBLISHABLE', { findings: [finding] });
    });
    const dialog = await openDialog(opened);

    await opened.user.click(publishIn(dialog));

    expect(await dialog.findByRole('heading', { name: 'To fix before publishing' })).toBeInTheDocument();
    await expectAccessible();
  });

  it('keeps what was written when it is closed, and when the page is loaded again', async () => {
    const opened = await openDraft({ vision: '' });
    const dialog = await openDialog(opened);
    await opened.user.type(dialog.getByRole('textbox', { name: 'We changed (1)' }), 'One step less');
    await opened.user.click(dialog.getByRole('button', { name: 'Add another change' }));
    await opened.user.type(dialog.getByRole('textbox', { name: 'You said (2)' }), 'Too long');
    await opened.user.type(
      dialog.getByRole('textbox', { description: /what success looks like/ }),
      'It needs none.',
    );
    await opened.user.click(dialog.getByRole('checkbox', { name: /may move to this one/ }));

    await opened.user.click(dialog.getByRole('button', { name: 'Keep writing' }));
    cleanup();
    const again = await openDialog(await openDraft({ vision: '' }));

    expect(await again.findByDisplayValue('One step less')).toBeInTheDocument();
    expect(again.getByRole('textbox', { name: 'You said (2)' })).toHaveValue('Too long');
    expect(again.getByRole('textbox', { description: /what success looks like/ })).toHaveValue(
      'It needs none.',
    );
    expect(again.getByRole('checkbox', { name: /may move to this one/ })).not.toBeChecked();
  });

  it('forgets what was written once it is published', async () => {
    const opened = await openDraft();
    const dialog = await openDialog(opened);
    await opened.user.type(dialog.getByRole('textbox', { name: 'We changed (1)' }), 'One step less');
    expect(await unsentHere()).toHaveLength(1);

    await opened.user.click(publishIn(dialog));
    await screen.findByRole('heading', { name: 'Studio' });

    await waitFor(async () => expect(await unsentHere()).toEqual([]));
  });

  it('forgets what was written for a draft that somebody else discarded', async () => {
    const opened = await openDraft();
    const dialog = await openDialog(opened);
    await opened.user.type(dialog.getByRole('textbox', { name: 'We changed (1)' }), 'One step less');
    await opened.user.click(dialog.getByRole('button', { name: 'Keep writing' }));
    opened.api.on(studioEndpoints.pathways, () => ({ rows: [sampleRow({ draft: null })] }));

    await opened.user.click(screen.getByRole('link', { name: 'Back to Studio' }));
    await screen.findByRole('heading', { name: 'Studio' });

    await waitFor(async () => expect(await unsentHere()).toEqual([]));
  });
});
