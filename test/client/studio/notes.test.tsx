import { describe, expect, it } from '@jest/globals';
import { fireEvent, screen, within } from '@testing-library/react';
import { NO_CAPS } from '../../../contract/lint/findings.ts';
import { lintPathway } from '../../../contract/lint/pathwayLinter.ts';
import { keyOfPart, PATHWAY_PART, splitPathway } from '../../../contract/studioParts.ts';
import type { Part, PartKey } from '../../../contract/studioParts.ts';
import { EMPTY_DOCUMENT } from '../../../contract/richText.ts';
import { canJoin, joinValues } from '../../../client/src/autosave/parts/joinValues.ts';
import { valueAt } from '../../../client/src/autosave/parts/valuePath.ts';
import { findPathway } from '../../../client/src/features/studio/changes.ts';
import type { Parts } from '../../../client/src/features/studio/changes.ts';
import { findOwner } from '../../../client/src/features/studio/fieldPaths.ts';
import { collectNotes } from '../../../client/src/features/studio/notes.ts';
import { ADDRESSES, RULES, TEXTS } from '../../support/lint/contentFaults.ts';
import { ALIGNED, KNOWN } from '../../support/lint/frameworkFaults.ts';
import { EFFORT, RUBRIC } from '../../support/lint/rubricFaults.ts';
import { doc, paragraph, text } from '../../support/lint/changes.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { moduleAt, sampleParts } from './samples.ts';
import { DRAFT_ID, studioApi, StudioServer } from './studioServer.ts';
import { studioEndpoints } from '../../../contract/studio.ts';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
const FAULTS = [...RULES, ...TEXTS, ...ADDRESSES, ...RUBRIC, ...EFFORT, ...ALIGNED];
const nothing = { conflicts: new Map(), refused: new Map() };

describe('what is said about a part', () => {
  it.each(FAULTS)('is at a part that the draft has: %s, %s', (_code, _what, content) => {
    const parts: Parts = new Map(splitPathway(content).map((part) => [keyOfPart(part), part]));
    const findings = lintPathway(content, NO_CAPS, KNOWN);

    const notes = collectNotes({ parts, findings, ...nothing });

    expect([...notes.keys()].filter((key) => !parts.has(key))).toEqual([]);
    expect([...notes.values()].flat()).toHaveLength(findings.length);
  });

  it('has its place where the server refuses it: in the list entry that is too long', () => {
    const parts = new Map(sampleParts());
    const [step] = moduleAt(parts, 0).steps;
    const module = moduleAt(parts, 0);
    const steps = module.steps.map((one) => (one === step ? { ...one, title: 'x'.repeat(41) } : one));
    parts.set(module.key, { ...module, steps });
    const refused = new Map<PartKey, 'VALIDATION_FAILED'>([[module.key, 'VALIDATION_FAILED']]);

    const notes = collectNotes({ parts, findings: [], conflicts: new Map(), refused });

    const paths = notes.get(module.key)?.map(({ path }) => path) ?? [];
    expect(paths).toEqual([`steps/${step?.key ?? ''}/title`]);
    expect(valueAt(parts.get(module.key), paths[0]?.split('/') ?? [])).toBe('x'.repeat(41));
  });

  it.each([
    ['title', ['title', 'badge'], 'title'],
    ['badge/achievement', ['badge', 'badge/achievement'], 'badge/achievement'],
    ['badge/key', ['badge', 'badge/achievement'], 'badge'],
    ['titles', ['title'], null],
    ['', ['title'], null],
  ])('is shown by the innermost field: %j among %j', (path, places, owner) => {
    expect(findOwner(path, places)).toBe(owner);
  });
});

describe('two texts', () => {
  it.each([
    ['Theirs', 'Mine', 'Theirs Mine'],
    ['Theirs,\nlong', 'Mine', 'Theirs,\nlong\n\nMine'],
    [
      doc(paragraph(text('Theirs'))),
      doc(paragraph(text('Mine'))),
      doc(paragraph(text('Theirs')), paragraph(text('Mine'))),
    ],
  ])('stand one after the other: %j, %j', (first, second, joined) => {
    expect([canJoin(first, second), joinValues(first, second)]).toEqual([true, joined]);
  });

  it.each([
    ['', 'Mine'],
    [3, 4],
    ['Theirs', null],
  ])('are not joined where there is nothing to join: %j, %j', (first, second) => {
    expect(canJoin(first, second)).toBe(false);
  });
});

describe('a field of the studio', () => {
  async function open(at: string, change: (parts: Map<PartKey, Part>) => void) {
    window.sessionStorage.clear();
    const parts = sampleParts();
    change(parts);
    const server = new StudioServer(parts);
    const started = await startApp(`/studio/${DRAFT_ID}?at=${at}`, studioApi(server), designer);
    await screen.findByRole('navigation', { name: 'Outline' });
    return { ...started, server };
  }
  const key = moduleAt(sampleParts(), 0).key;

  it('says under it what the check finds, for screen readers, too', async () => {
    await open(key, (parts) => {
      const module = moduleAt(parts, 0);
      parts.set(key, { ...module, achievement: '' });
    });
    const achievement = screen.getByRole('textbox', { name: 'Achievement' });
    const before = achievement.getAttribute('aria-invalid');

    fireEvent.change(achievement, { target: { value: 'Checks' } });

    expect(before).toBe('true');
    expect(achievement).toHaveAttribute('aria-invalid', 'false');
    await expectAccessible();
  });

  it('says what is found in the pathway as a whole, each at its own', async () => {
    await open(PATHWAY_PART, (parts) => {
      const pathway = findPathway(parts);
      if (pathway?.badge)
        parts.set(PATHWAY_PART, { ...pathway, licence: '', badge: { ...pathway.badge, achievement: '' } });
    });
    const badge = within(screen.getByRole('region', { name: 'Badge of the pathway' }));

    expect(screen.getByRole('textbox', { name: 'Licence' })).toHaveAccessibleDescription(/licence/i);
    expect(badge.getByRole('textbox', { name: 'Achievement' })).toBeInvalid();
    expect(screen.getByRole('textbox', { name: 'Title' })).toBeValid();
  });

  it('says that the server refused what is in it, and no more once it was changed', async () => {
    const { api } = await open(key, () => undefined);
    api.on(studioEndpoints.save, () => {
      throw new Refusal('VALIDATION_FAILED');
    });
    const label = screen.getByRole('textbox', { name: 'Label on the map' });

    fireEvent.change(label, { target: { value: 'x'.repeat(50) } });

    await screen.findByText(/This can’t be saved as it is/, {}, { timeout: 10_000 });
    expect(label).toHaveAccessibleDescription(/This can’t be saved as it is/);
  });

  it('leaves to the form as a whole what concerns no single field', async () => {
    const { container } = await open(key, (parts) => {
      const blockKey = moduleAt(parts, 0).steps.flatMap(({ blocks }) => blocks)[0] ?? '';
      const part = parts.get(blockKey);
      if (part?.type === 'block' && part.block.type === 'text')
        parts.set(blockKey, { ...part, block: { ...part.block, content: EMPTY_DOCUMENT } });
    });
    const said = within(container).getByText(/^There are no words in this text/);

    expect(said.closest('[data-field]')).toBeNull();
    expect(said.closest('[data-part]')).toHaveAttribute('aria-label', expect.stringMatching(/^Text/));
  });
});
