import { describe, expect, it } from '@jest/globals';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import type { Rule } from '../../../contract/rules.ts';
import { PATHWAY_PART } from '../../../contract/studioParts.ts';
import { studioEndpoints } from '../../../contract/studio.ts';
import { findPathway } from '../../../client/src/features/studio/changes.ts';
import type { Parts } from '../../../client/src/features/studio/changes.ts';
import { expectAccessible } from '../support/axe.ts';
import { startApp } from '../support/startApp.tsx';
import type { Started } from '../support/startApp.tsx';
import { moduleAt, samplePathway, sampleParts } from './samples.ts';
import { DRAFT_ID, studioApi, StudioServer } from './studioServer.ts';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
const GONE = '10000000-0000-4000-8000-0000000000aa';
const TRACK = '10000000-0000-4000-8000-0000000000bb';
const BADGE = {
  key: '10000000-0000-4000-8000-0000000000cc',
  title: 'Designs a blended week',
  pathwayKey: '10000000-0000-4000-8000-0000000000dd',
  pathway: 'Blended learning',
};
const OWN = { ...BADGE, title: 'Of this pathway', pathwayKey: samplePathway.key };
const keys = samplePathway.modules.map(({ key }) => key);
const titles = samplePathway.modules.map(({ title }) => title);
const approved = (module: string): Rule => ({ type: 'approved', module });

/** The sample with another rule of what completes it, and with one track. */
function partsWith(completes: Rule): Parts {
  const parts = sampleParts();
  const pathway = findPathway(parts);
  if (!pathway) throw new Error('the sample has no pathway');
  const tracks = [{ key: TRACK, title: 'Leading others', summary: '' }];
  return parts.set(PATHWAY_PART, { ...pathway, completes, tracks });
}

/** Opens the form of the pathway, or of one of its modules. */
async function open(parts: Parts, at: string = PATHWAY_PART): Promise<Started & { server: StudioServer }> {
  window.sessionStorage.clear();
  const server = new StudioServer(parts);
  const api = studioApi(server).on(studioEndpoints.achievements, () => ({ rows: [BADGE, OWN] }));
  const started = await startApp(`/studio/${DRAFT_ID}?at=${at}`, api, designer);
  await screen.findByRole('navigation', { name: 'Outline' });
  return { ...started, server };
}

const select = (name: string) => screen.getByRole('combobox', { name });
const choose = (name: string, value: string) => fireEvent.change(select(name), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
/** What completes the pathway once that is saved. */
const expectCompletes = (server: StudioServer, completes: Rule) =>
  waitFor(() => expect(server.value(PATHWAY_PART)).toMatchObject({ completes }), { timeout: 10_000 });

describe('what completes a pathway', () => {
  it('is some of the chosen modules, as many as its designer says', async () => {
    const { server } = await open(partsWith({ type: 'all', of: keys.map(approved) }));

    choose('What completes the pathway', 'some');
    fireEvent.click(screen.getByRole('checkbox', { name: titles[0] ?? '' }));
    fireEvent.change(screen.getByRole('spinbutton', { name: 'How many of them' }), {
      target: { value: '3' },
    });

    await expectCompletes(server, { type: 'atLeast', n: 3, of: keys.slice(1).map(approved) });
  });

  it('stays a list while somebody chooses in it, although it is all of them', async () => {
    const { server } = await open(partsWith({ type: 'all', of: keys.slice(0, 2).map(approved) }));
    const before = select('What completes the pathway');

    for (const title of titles.slice(2)) fireEvent.click(screen.getByRole('checkbox', { name: title }));
    await expectCompletes(server, { type: 'all', of: keys.map(approved) });

    expect(before).toHaveValue('before');
  });

  it('is written part by part from modules, tracks, badges and groups of them', async () => {
    const { server, user } = await open(partsWith({ type: 'all', of: keys.map(approved) }));

    choose('What completes the pathway', 'own');
    for (const _ of keys.slice(1))
      fireEvent.click(screen.getAllByRole('button', { name: 'Remove this part' }).at(-1) ?? document.body);
    fireEvent.click(screen.getAllByRole('button', { name: 'Add a track' })[1] ?? document.body);
    press('Add a badge');
    await user.type(await screen.findByRole('searchbox'), 'blended');
    await user.click(screen.getByRole('button', { name: /Designs a blended week/ }));
    choose('Needed', 'atLeast');
    fireEvent.change(screen.getByRole('spinbutton', { name: 'At least' }), { target: { value: '2' } });

    const { key: achievement, title } = BADGE;
    const of: Rule[] = [
      approved(keys[0] ?? ''),
      { type: 'track', track: TRACK },
      { type: 'awarded', achievement, title },
    ];
    await expectCompletes(server, { type: 'atLeast', n: 2, of });
    await expectAccessible();
  });

  it('takes a badge in place of a module, of another pathway only', async () => {
    const { server, user } = await open(
      partsWith({ type: 'atLeast', n: 1, of: [approved(keys[0] ?? ''), { type: 'track', track: TRACK }] }),
    );

    press('Or already holds a badge…');
    const offered = await screen.findAllByRole('button', { name: /Designs a blended week|Of this pathway/ });
    await user.click(offered[0] ?? document.body);

    const held: Rule = { type: 'awarded', achievement: BADGE.key, title: BADGE.title };
    expect(offered).toHaveLength(1);
    await expectCompletes(server, {
      type: 'atLeast',
      n: 1,
      of: [
        { type: 'atLeast', n: 1, of: [approved(keys[0] ?? ''), held] },
        { type: 'track', track: TRACK },
      ],
    });
  });

  it('has groups in groups, and one is removed with what is in it', async () => {
    const { server } = await open(
      partsWith({
        type: 'all',
        of: [
          { type: 'track', track: TRACK },
          { type: 'all', of: [] },
        ],
      }),
    );
    const groups = () => screen.getAllByRole('group', { name: /^(All of|At least)/ });

    fireEvent.click(screen.getAllByRole('button', { name: 'Add a group' })[0] ?? document.body);
    const added = groups().length;
    fireEvent.click(screen.getAllByRole('button', { name: 'Remove this group' })[0] ?? document.body);

    expect(added).toBe(3);
    await expectCompletes(server, { type: 'all', of: [{ type: 'track', track: TRACK }] });
  });

  it('shows what is not there any more until something else is chosen', async () => {
    const of: Rule[] = [
      approved(GONE),
      { type: 'track', track: GONE },
      { type: 'awarded', achievement: GONE, title: '' },
    ];
    const { server } = await open(partsWith({ type: 'all', of }));
    const shown = [select('Approved module'), select('Chosen track')].map(
      (one) => within(one).getAllByRole('option')[0]?.textContent,
    );

    choose('Approved module', keys[1] ?? '');
    choose('Chosen track', TRACK);

    expect(shown).toEqual(['A module that is not there any more', 'A track that is not there any more']);
    await expectCompletes(server, {
      type: 'all',
      of: [approved(keys[1] ?? ''), { type: 'track', track: TRACK }, ...of.slice(2)],
    });
  });
});

describe('what opens a module', () => {
  it('goes from all before it to chosen ones and to none', async () => {
    const third = moduleAt(sampleParts(), 2);
    const { server } = await open(sampleParts(), third.key);
    const opens = (rule: Rule) =>
      waitFor(() => expect(server.value(third.key)).toMatchObject({ opens: rule }), { timeout: 10_000 });

    choose('Opens', 'always');
    await opens({ type: 'all', of: [] });
    choose('Opens', 'chosen');

    await opens({ type: 'all', of: [approved(keys[1] ?? '')] });
  });
});

describe('the box to try rules', () => {
  const outcome = () => within(screen.getByRole('region', { name: 'What follows' }));
  const stateOf = (title: string) =>
    outcome()
      .getAllByRole('listitem')
      .find((item) => item.textContent.includes(title))?.textContent;

  it('shows what opens and what is earned with what somebody has done, and keeps nothing', async () => {
    const { server, user } = await open(
      partsWith({ type: 'all', of: [approved(keys[0] ?? ''), { type: 'track', track: TRACK }] }),
    );
    press('Try the rules');
    const before = stateOf(titles[1] ?? '');

    await user.click(screen.getByRole('checkbox', { name: titles[0] ?? '' }));
    const after = stateOf(titles[1] ?? '');
    const missing = outcome().getByRole('status').textContent;
    await user.click(screen.getByRole('checkbox', { name: 'Leading others' }));

    expect(before).toContain('Not open');
    expect(after).not.toContain('Not open');
    expect(missing).toContain('The pathway is not complete.');
    expect(outcome().getByRole('status')).toHaveTextContent('The pathway is complete.');
    expect(server.saves).toEqual([]);
    await expectAccessible();
  });

  it('says what nobody can ever open or complete, and lets badges from elsewhere be tried', async () => {
    const parts = partsWith({ type: 'all', of: [approved(GONE)] });
    const second = moduleAt(parts, 1);
    const held: Rule = { type: 'awarded', achievement: BADGE.key, title: BADGE.title };
    const last = moduleAt(parts, 4);
    const changed = new Map(parts)
      .set(second.key, { ...second, opens: approved(GONE) })
      .set(last.key, { ...last, opens: held });
    const { user } = await open(changed);
    press('Try the rules');

    await user.click(screen.getByRole('checkbox', { name: BADGE.title }));

    expect(stateOf(titles[1] ?? '')).toContain('Nobody can ever open this');
    expect(stateOf(titles[4] ?? '')).not.toContain('Not open');
    expect(outcome().getByText(/Nobody can ever complete this pathway/)).toBeInTheDocument();
  });
});
