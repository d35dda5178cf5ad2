import { describe, expect, it } from '@jest/globals';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { PATHWAY_PART } from '../../../contract/studioParts.ts';
import { applyChanges } from '../../../client/src/features/studio/changes.ts';
import { removeModule } from '../../../client/src/features/studio/studioModel.ts';
import { findUnlisted, listAgain } from '../../../client/src/features/studio/unlistedParts.ts';
import { expectAccessible } from '../support/axe.ts';
import { startApp } from '../support/startApp.tsx';
import { moduleAt, sampleParts } from './samples.ts';
import { DRAFT_ID, studioApi, StudioServer } from './studioServer.ts';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
const lookAgain = () => act(() => void document.dispatchEvent(new Event('visibilitychange')));

describe('what nobody lists', () => {
  it('is nothing in a draft in order, and nothing after a module was removed with all in it', () => {
    const parts = sampleParts();
    const { key } = moduleAt(parts, 0);

    expect(findUnlisted(parts)).toEqual([]);
    expect(findUnlisted(applyChanges(parts, removeModule(parts, key)))).toEqual([]);
  });

  it('is listed again one by one, each kind where it belongs', () => {
    const parts = sampleParts();
    const [first, second] = [moduleAt(parts, 0), moduleAt(parts, 1)];
    const bare = { ...first, steps: first.steps.map((step) => ({ ...step, blocks: [] })), criteria: [] };
    let now = applyChanges(parts, new Map([[first.key, bare]]));
    const before = findUnlisted(now);

    for (const key of before) now = applyChanges(now, listAgain(now, key, second.key));

    expect(before.length).toBeGreaterThan(3);
    expect(findUnlisted(now)).toEqual([]);
  });

  it('is a module that goes to the end of the pathway', () => {
    const parts = sampleParts();
    const { key } = moduleAt(parts, 0);
    const head = parts.get(PATHWAY_PART);
    if (head?.type !== 'pathway') throw new Error('the sample has no part of its own');
    const without = { ...head, modules: head.modules.filter((one) => one !== key) };
    const now = applyChanges(parts, new Map([[PATHWAY_PART, without]]));

    const again = applyChanges(now, listAgain(now, key, PATHWAY_PART)).get(PATHWAY_PART);

    expect(again).toMatchObject({ modules: [...without.modules, key] });
  });
});

describe('a text that somebody else removes while it is written in', () => {
  it('is offered with its words, and put back with them; a save that was on its way asks once more', async () => {
    window.sessionStorage.clear();
    const server = new StudioServer();
    const module = moduleAt(sampleParts(), 0);
    await startApp(`/studio/${DRAFT_ID}?at=${module.key}`, studioApi(server), designer);
    await screen.findByRole('navigation', { name: 'Outline' });
    const [box] = screen.getAllByRole('textbox', { name: 'Question' });
    if (!box) throw new Error('the module has no question');
    const prompt = [...sampleParts()].find(
      ([key, part]) =>
        part.type === 'block' &&
        part.block.type === 'prompt' &&
        module.steps.some(({ blocks }) => blocks.includes(key)),
    );
    const key = prompt?.[0] ?? '';

    fireEvent.change(box, { target: { value: 'What will you do next time?' } });
    server.saveAsOther(module.key, (part) =>
      part.type === 'module'
        ? {
            ...part,
            steps: part.steps.map((step) => ({ ...step, blocks: step.blocks.filter((one) => one !== key) })),
          }
        : part,
    );
    server.saveAsOther(key, () => null);
    lookAgain();
    const offer = await screen.findByRole(
      'group',
      { name: 'What will you do next time?' },
      { timeout: 30_000 },
    );
    await expectAccessible();
    fireEvent.click(within(offer).getByRole('button', { name: /^Put it into/ }));

    await waitFor(
      () => {
        // the save of what was typed may be refused only now
        const keep = screen.queryByRole('button', { name: 'Keep it' });
        if (keep) fireEvent.click(keep);
        const saved = server.value(module.key);
        const blocks = saved?.type === 'module' ? saved.steps.flatMap((step) => step.blocks) : [];
        expect(blocks).toContain(key);
        expect(server.value(key)).toMatchObject({ block: { question: 'What will you do next time?' } });
      },
      { timeout: 30_000 },
    );
    expect(screen.queryByRole('group', { name: 'What will you do next time?' })).not.toBeInTheDocument();
  }, 90_000);
});
