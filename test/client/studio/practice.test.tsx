import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { NO_CAPS } from '../../../contract/lint/findings.ts';
import { lintPathway } from '../../../contract/lint/pathwayLinter.ts';
import { assemblePathway } from '../../../contract/studioParts.ts';
import type { ModulePart } from '../../../contract/studioParts.ts';
import { applyChanges, findModule } from '../../../client/src/features/studio/changes.ts';
import type { Parts } from '../../../client/src/features/studio/changes.ts';
import { askingIn, setEvidence } from '../../../client/src/features/studio/evidenceModel.ts';
import { setKind } from '../../../client/src/features/studio/practiceModel.ts';
import { addModule, removeCriterion } from '../../../client/src/features/studio/studioModel.ts';
import { startApp } from '../support/startApp.tsx';
import type { Started } from '../support/startApp.tsx';
import { moduleAt, sampleParts } from './samples.ts';
import { DRAFT_ID, studioApi, StudioServer } from './studioServer.ts';

const WORDS = { changed: 'What changed?', plan: 'What will you do?', refine: 'What next?', record: 'Record' };
const NEW = randomUUID();
const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
/** A practice cycle, and a module that is none. */
const PRACTICE = moduleAt(sampleParts(), 2);
const EXPLORE = moduleAt(sampleParts(), 0);

function changeKind(parts: Parts, key: string, kind: ModulePart['kind']): Parts {
  return applyChanges(parts, setKind(parts, { key, kind }, WORDS, randomUUID));
}

function getModule(parts: Parts, key: string): ModulePart {
  const module = findModule(parts, key);
  if (!module) throw new Error(`there is no module ${key}`);
  return module;
}

const kindsOf = ({ steps }: ModulePart) => steps.map(({ kind }) => kind);

describe('a module that becomes a practice cycle', () => {
  it('has from blank all the steps, questions to begin with, and a record of the visit', () => {
    const before = applyChanges(sampleParts(), addModule(sampleParts(), NEW, 'Try it'));

    const parts = changeKind(before, NEW, 'practice_cycle');

    const module = getModule(parts, NEW);
    expect(kindsOf(module)).toEqual(['learn', 'plan', 'try', 'observe', 'refine', 'reflect', 'hand_in']);
    expect(module.cycles).toMatchObject({ count: 2, changed: { question: WORDS.changed } });
    const written = assemblePathway(parts)?.modules.find(({ key }) => key === NEW);
    const asked = written?.steps.flatMap(({ blocks }) => blocks) ?? [];
    expect(asked).toEqual([
      expect.objectContaining({ type: 'prompt', question: WORDS.plan }),
      expect.objectContaining({ type: 'prompt', question: WORDS.refine }),
      expect.objectContaining({ type: 'requirement', title: WORDS.record, visitRecord: true }),
    ]);
  });

  it('keeps what it has, and gets only what the check would miss', () => {
    const parts = changeKind(sampleParts(), EXPLORE.key, 'practice_cycle');

    const module = getModule(parts, EXPLORE.key);
    const keys = module.steps.flatMap(({ blocks }) => blocks);
    expect(keys).toEqual(expect.arrayContaining(EXPLORE.steps.flatMap(({ blocks }) => blocks)));
    const content = assemblePathway(parts);
    const codes = content ? lintPathway(content, NO_CAPS).map(({ code }) => code) : [];
    expect([...new Set(codes)]).toEqual(['no_criterion_named']);
  });

  it('is gone through once as soon as it is of another kind, and has its steps still', () => {
    const parts = changeKind(sampleParts(), PRACTICE.key, 'workshop');

    expect(getModule(parts, PRACTICE.key)).toEqual({ ...PRACTICE, kind: 'workshop', cycles: null });
    expect(changeKind(parts, PRACTICE.key, 'workshop')).toEqual(parts);
  });

  it('can show a criterion by what it asks between its cycles, as by any other question', () => {
    const parts = sampleParts();
    const [criterion = ''] = PRACTICE.criteria;
    const all = askingIn(parts, PRACTICE).map(({ key }) => key);
    const choose = (now: Parts, chosen: readonly string[]): Parts =>
      applyChanges(now, setEvidence(now, PRACTICE.key, { criterion, all, chosen }));
    const shownBy = (now: Parts): string[] =>
      askingIn(now, getModule(now, PRACTICE.key))
        .filter(({ criteria }) => criteria.includes(criterion))
        .map(({ key }) => key);

    const none = choose(parts, []);
    const every = choose(none, all);

    expect(all.at(-1)).toBe(PRACTICE.cycles?.changed.key);
    expect([shownBy(none), shownBy(every)]).toEqual([[], all]);
    expect(choose(every, all)).toEqual(every);
  });

  it('asks between its cycles for no criterion that was removed', () => {
    const [criterion = ''] = PRACTICE.cycles?.changed.criteria ?? [];

    const parts = applyChanges(sampleParts(), removeCriterion(sampleParts(), PRACTICE.key, criterion));

    expect(criterion).not.toBe('');
    expect(getModule(parts, PRACTICE.key).cycles?.changed.criteria).toEqual([]);
  });
});

async function open(key: string): Promise<Started & { server: StudioServer }> {
  window.sessionStorage.clear();
  const server = new StudioServer(sampleParts());
  const started = await startApp(`/studio/${DRAFT_ID}?at=${key}`, studioApi(server), designer);
  await screen.findByRole('navigation', { name: 'Outline' });
  return { ...started, server };
}

const saved = (check: () => void) => waitFor(check, { timeout: 10_000 });
const often = () => screen.getByRole('combobox', { name: 'How often it is gone through' });

describe('the form of a practice cycle', () => {
  it('says how often it is gone through, and what is asked in between', async () => {
    const { server } = await open(PRACTICE.key);
    const between = within(screen.getByRole('group', { name: 'Asked from the second cycle on' }));

    fireEvent.change(often(), { target: { value: '3' } });
    fireEvent.change(between.getByRole('textbox', { name: 'Question' }), {
      target: { value: 'What is new?' },
    });
    fireEvent.change(between.getByRole('textbox', { name: 'Help' }), { target: { value: 'One change.' } });
    fireEvent.change(between.getByRole('spinbutton', { name: 'to' }), { target: { value: '90' } });

    const changed = { question: 'What is new?', help: 'One change.', words: { from: 40, to: 90 } };
    await saved(() => expect(server.value(PRACTICE.key)).toMatchObject({ cycles: { count: 3, changed } }));
    fireEvent.change(often(), { target: { value: '1' } });
    await saved(() => expect(server.value(PRACTICE.key)).toMatchObject({ cycles: null }));
    expect(screen.queryByRole('group', { name: 'Asked from the second cycle on' })).toBeNull();
  });

  it('appears with the kind, with what a practice cycle needs', async () => {
    const { server } = await open(EXPLORE.key);

    fireEvent.change(screen.getByRole('combobox', { name: 'Kind' }), { target: { value: 'practice_cycle' } });

    await saved(() => expect(server.value(EXPLORE.key)).toMatchObject({ kind: 'practice_cycle' }));
    expect(often()).toHaveDisplayValue('Twice');
    const visits = screen.getAllByRole('checkbox', { name: 'Record of a visit' });
    expect(visits.filter((box) => box.matches(':checked'))).toHaveLength(1);
  });

  it('marks evidence as the record of a visit', async () => {
    const { server, user } = await open(EXPLORE.key);
    const box = screen.getByRole('checkbox', { name: 'Record of a visit' });

    await user.click(box);

    await saved(() =>
      expect(server.since(0).parts.map(({ value }) => value)).toContainEqual({
        type: 'block',
        block: expect.objectContaining({ type: 'requirement', visitRecord: true }),
      }),
    );
  });
});
