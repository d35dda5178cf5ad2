import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { FrameworkContent, frameworkEndpoints } from '../../../contract/frameworks.ts';
import type { FrameworkItem } from '../../../contract/frameworks.ts';
import { PATHWAY_PART } from '../../../contract/studioParts.ts';
import { findPathway } from '../../../client/src/features/studio/changes.ts';
import type { Parts } from '../../../client/src/features/studio/changes.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import type { Started } from '../support/startApp.tsx';
import { moduleAt, samplePathway, sampleParts } from './samples.ts';
import { DRAFT_ID, studioApi, StudioServer } from './studioServer.ts';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
const CORE = new URL('../../../content/frameworks/edtech-practice-core.json', import.meta.url);
const AT = '2026-10-02T09:00:00.000Z';
const first = FrameworkContent.parse(JSON.parse(readFileSync(fileURLToPath(CORE), 'utf8')));
const [checks, plans] = first.items.filter(({ code }) => code === 'AT1' || code === 'AT2');
if (!checks || !plans) throw new Error('the core has no AT1 and AT2');
/** The next version: one item reads differently, another one is gone. */
const second: FrameworkContent = {
  ...first,
  strands: first.strands.map((one) => (one.key === 'assessment' ? { ...one, title: 'Assessing' } : one)),
  items: first.items.flatMap((item) =>
    item.code === 'FD3' ? [] : [item === checks ? { ...item, title: 'Reads answers' } : item],
  ),
};
const moduleKey = moduleAt(sampleParts(), 0).key;
const criterionKey = moduleAt(sampleParts(), 0).criteria[0] ?? '';

interface Opened extends Started {
  server: StudioServer;
}

/** Opens a form of the draft; the institution has these versions of the framework, the first of them number 1. */
async function open(
  at: string,
  versions: readonly FrameworkContent[],
  parts: Parts = sampleParts(),
): Promise<Opened> {
  window.sessionStorage.clear();
  const server = new StudioServer(parts);
  const api = studioApi(server);
  const rows = versions.slice(-1).map(({ key, slug, title, licence, items }) => ({
    key, slug, title, licence, version: versions.length, publishedAt: AT, items: items.length, core: null,
  })); // prettier-ignore
  api.on(frameworkEndpoints.list, () => ({ rows }));
  api.on(frameworkEndpoints.read, ({ params }) => {
    const version = Number(params['n']);
    const content = versions[version - 1];
    if (!content) throw new Refusal('NOT_FOUND');
    return { version, publishedAt: AT, contentHash: 'a'.repeat(64), content, applied: null };
  });
  const started = await startApp(`/studio/${DRAFT_ID}?at=${at}`, api, designer);
  await screen.findByRole('navigation', { name: 'Outline' });
  return { ...started, server };
}

/** Opens the first criterion of the first module and what it is aligned to. */
async function openAligned(versions = [first], parts = sampleParts()) {
  const opened = await open(moduleKey, versions, parts);
  const [card] = screen.getAllByRole('button', { name: /^A / });
  if (card?.getAttribute('aria-expanded') === 'false') await opened.user.click(card);
  const group = within(screen.getByRole('group', { name: 'Framework items' }));
  await group.findByRole('button', { name: 'Choose items' });
  return { ...opened, group };
}

const aligned = (server: StudioServer) => {
  const part = server.value(criterionKey);
  return part?.type === 'criterion'
    ? part.criterion.alignments.map(({ code, title }) => `${code} ${title}`)
    : [];
};
const saved = (check: () => void) => waitFor(check, { timeout: 10_000 });

describe('the items that a criterion is aligned to', () => {
  it('can be read with their can-do statements, and are removed one by one', async () => {
    const { group, server, user } = await openAligned();

    expect(group.getByText(checks.canDo)).toBeInTheDocument();
    await user.click(group.getByRole('button', { name: 'Remove AT1' }));

    await saved(() => expect(aligned(server)).toEqual([]));
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await saved(() => expect(aligned(server)).toEqual(['AT1 Reads a quick check for what students think']));
  });

  it('are found by code or words, and chosen several at once with the keyboard', async () => {
    const { group, server, user } = await openAligned();
    await user.click(group.getByRole('button', { name: 'Choose items' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Items of EdTech Practice Core' }));
    await expectAccessible();

    await user.type(dialog.getByRole('searchbox'), 'at2');
    await user.keyboard('{ArrowDown} ');
    await user.clear(dialog.getByRole('searchbox'));
    await user.type(dialog.getByRole('searchbox'), 'looks evidence');
    await user.keyboard('{ArrowDown} ');
    await user.click(dialog.getByRole('button', { name: 'Use 3 items' }));

    await saved(() =>
      expect(aligned(server)).toEqual([
        `AT1 ${checks.title}`,
        `AT2 ${plans.title}`,
        'LA1 Looks at practice with evidence',
      ]),
    );
  });

  it('are listed strand by strand and level by level, a hundred at a time', async () => {
    const many = Array.from({ length: 2000 }, (_, n): FrameworkItem => ({
      ...plans,
      key: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      code: `X${n}`,
      title: `Item ${n}`,
      strand: 'blended',
    }));
    const { group, user } = await openAligned([{ ...first, items: [...first.items, ...many] }]);
    await user.click(group.getByRole('button', { name: 'Choose items' }));
    const dialog = within(await screen.findByRole('dialog'));

    await user.click(dialog.getByRole('button', { name: /^Blended.*: 2,004 items$/ }));

    const strand = within(dialog.getByRole('group', { name: /^Blended/ }));
    const level = within(strand.getByRole('group', { name: 'Practising' }));
    const before = level.getAllByRole('checkbox').length;
    await user.click(level.getByRole('button', { name: 'Show 100 more' }));
    const after = level.getAllByRole('checkbox').length;
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));

    expect([before, after]).toEqual([100, 200]);
  });

  it('are no more than a criterion can have', async () => {
    const { group, server, user } = await openAligned();
    await user.click(group.getByRole('button', { name: 'Choose items' }));
    const dialog = within(await screen.findByRole('dialog'));

    for (const box of dialog.getAllByRole('checkbox'))
      if (!(box instanceof HTMLInputElement && box.checked)) fireEvent.click(box);
    await user.click(dialog.getByRole('button', { name: 'Use 24 items' }));

    expect(
      dialog.getByText('A criterion is aligned to at most 20 items. Take some out.'),
    ).toBeInTheDocument();
    expect(server.saves).toEqual([]);
  });

  it('take the new words of the framework at a press, which can be undone', async () => {
    const parts = sampleParts();
    const pathway = findPathway(parts);
    if (!pathway?.framework) throw new Error('the sample has no framework');
    parts.set(PATHWAY_PART, { ...pathway, framework: { ...pathway.framework, version: 2 } });
    const { group, server, user } = await openAligned([first, second], parts);

    await user.click(group.getByRole('button', { name: 'Take the new words' }));

    await saved(() => expect(aligned(server)).toEqual(['AT1 Reads answers']));
    expect(group.queryByRole('button', { name: 'Take the new words' })).toBeNull();
  });

  it('cannot be chosen before the pathway has a framework', async () => {
    const parts = sampleParts();
    const pathway = findPathway(parts);
    if (!pathway) throw new Error('the sample has no pathway');
    const { user } = await open(moduleKey, [first], parts.set(PATHWAY_PART, { ...pathway, framework: null }));

    await user.click(screen.getAllByRole('button', { name: /^A / })[0] ?? document.body);

    expect(screen.getByText(/The pathway has no framework yet/)).toBeInTheDocument();
  });
});

describe('the framework of a pathway', () => {
  const select = (name: string) => screen.getByRole('combobox', { name });

  it('is one of the published ones or none, and gives the strands', async () => {
    const { server } = await open(PATHWAY_PART, [first]);
    await within(select('Framework')).findByRole('option', { name: 'EdTech Practice Core, version 1' });
    await within(select('Strand')).findByRole('option', { name: 'Foundational digital literacy' });

    fireEvent.change(select('Strand'), { target: { value: 'foundations' } });
    fireEvent.change(select('Framework'), { target: { value: '' } });
    await saved(() => expect(server.value(PATHWAY_PART)).toMatchObject({ framework: null }));
    fireEvent.change(select('Framework'), { target: { value: first.key } });

    const framework = { key: first.key, title: first.title, version: 1 };
    const strand = first.strands[0];
    await saved(() => expect(server.value(PATHWAY_PART)).toMatchObject({ framework }));
    expect(server.value(PATHWAY_PART)).toMatchObject({ strand: { key: strand?.key, title: strand?.title } });
  });

  it('that cannot be read changes nothing, and says so', async () => {
    const { api, server } = await open(PATHWAY_PART, [first]);
    await within(select('Framework')).findByRole('option', { name: 'EdTech Practice Core, version 1' });
    api.on(frameworkEndpoints.read, () => {
      throw new Refusal('NOT_FOUND');
    });

    fireEvent.change(select('Framework'), { target: { value: first.key } });

    expect(await screen.findAllByText(/The framework was not read/)).not.toEqual([]);
    expect(server.saves).toEqual([]);
  });

  it('moves to a newer version after what changes was shown, and takes its words everywhere', async () => {
    const { server, user } = await open(PATHWAY_PART, [first, second]);
    await user.click(await screen.findByRole('button', { name: 'See what changes' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'EdTech Practice Core, version 2' }));
    await dialog.findByText('No item added, 1 changed, 1 removed.');
    await expectAccessible();

    expect(dialog.getByText('AT1 Reads answers')).toBeInTheDocument();
    expect(dialog.getByText('FD3')).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Move to version 2' }));

    await saved(() => expect(aligned(server)).toEqual(['AT1 Reads answers']));
    expect(server.value(PATHWAY_PART)).toMatchObject({
      framework: { version: 2 },
      strand: { title: 'Assessing' },
    });
    expect(screen.queryByRole('button', { name: 'See what changes' })).toBeNull();
  });
});

describe('the badge of a pathway', () => {
  it('has what it says and a level, and is the same one after it was taken out and put back', async () => {
    const { server, user } = await open(PATHWAY_PART, [first]);
    const form = within(screen.getByRole('region', { name: 'Badge of the pathway' }));
    const earned = form.getByRole('checkbox', { name: 'Whoever completes the pathway earns a badge' });

    fireEvent.change(form.getByRole('textbox', { name: 'Achievement' }), {
      target: { value: 'Checks well' },
    });
    fireEvent.change(form.getByRole('spinbutton', { name: 'Level of the badge, 1 to 4' }), {
      target: { value: '4' },
    });
    await user.click(earned);
    await saved(() => expect(server.value(PATHWAY_PART)).toMatchObject({ badge: null }));
    await user.click(earned);

    const badge = { key: samplePathway.badge?.key, achievement: 'Checks well', level: 4 };
    await saved(() => expect(server.value(PATHWAY_PART)).toMatchObject({ badge }));
  });
});
