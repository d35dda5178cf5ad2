import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  ObservationAction,
  ObservationPart,
  type ObservationActionName,
} from '../../contract/observations.ts';
import { OBSERVATION, OBSERVATION_STATES, type ObservationState } from '../../contract/states.ts';
import {
  mayRead,
  notesReadable,
  relationOf,
  type Reader,
} from '../../server/features/observations/policy.ts';
import { refusalOf, STEPS } from '../../server/features/observations/steps.ts';

const ROOT = join(import.meta.dirname, '../..');

const observation = {
  contextId: 'course',
  observedId: 'teacher',
  observerIds: ['observer'],
  state: 'shared' as ObservationState,
  visibility: { mentor: true, cohort: true },
  shares: [{ observerId: 'observer', through: 3 }],
  withdrawnAt: null as Date | null,
  proposedBy: 'observed' as 'observed' | 'observer',
};
const as = (personId: string, more: Partial<Reader> = {}): Reader => ({
  personId,
  contextId: 'course',
  oversees: false,
  ...more,
});
const readable = (of: typeof observation, reader: Reader): string[] =>
  ObservationPart.options.filter((part) => mayRead(of, reader, part));
const withdrawn = { ...observation, withdrawnAt: new Date(0) };
const EVERYTHING = ['request', 'ratings', 'answers', 'debrief', 'action'];

describe('who reads what is written about a lesson', () => {
  it.each([
    [
      'the observed teacher, before they answered',
      'shared',
      as('teacher'),
      ['request', 'answers', 'debrief', 'action'],
    ],
    ['the observed teacher, afterwards', 'reflected', as('teacher'), EVERYTHING],
    ['its observer, before it is shared', 'draft', as('observer'), ['request', 'ratings']],
    [
      'its observer, before the teacher answered',
      'shared',
      as('observer'),
      ['request', 'ratings', 'debrief', 'action'],
    ],
    ['its observer, afterwards', 'closed', as('observer'), EVERYTHING],
    ['its observer, after it was called off', 'cancelled', as('observer'), ['ratings']],
    ['a colleague, before it is shared', 'draft', as('colleague'), []],
    ['a colleague, afterwards', 'closed', as('colleague'), ['request', 'answers']],
    ['a colleague who reviews or administers', 'closed', as('colleague', { oversees: true }), []],
    ['somebody of another course', 'closed', as('colleague', { contextId: 'other' }), []],
  ] as const)('%s', (_who, state, reader, parts) => {
    expect(readable({ ...observation, state }, reader)).toEqual(parts);
  });

  it('is nobody but the two unless the observed teacher shows it to others', () => {
    const ours = { ...observation, visibility: { mentor: false, cohort: false } };

    expect(relationOf(ours, as('colleague'))).toBeNull();
    expect(readable(ours, as('colleague'))).toEqual([]);
  });

  it('is nobody but the observed teacher after they took their consent back, whatever the state', () => {
    for (const state of OBSERVATION_STATES) {
      const taken = { ...withdrawn, state };

      expect(readable(taken, as('colleague'))).toEqual([]);
      expect(readable(taken, as('observer')).filter((part) => part !== 'action')).toEqual([]);
      expect(notesReadable(taken, as('observer'), 'observer')).toBe(0);
      expect(readable(taken, as('teacher'))).toContain('request');
      expect(notesReadable(taken, as('teacher'), 'observer')).toBe(3);
    }
  });

  it('sees notes as far as they were shared; only who wrote them sees the rest', () => {
    const second = { ...observation, observerIds: ['observer', 'second'] };

    expect(notesReadable(observation, as('teacher'), 'observer')).toBe(3);
    expect(notesReadable(observation, as('colleague'), 'observer')).toBe(3);
    expect(notesReadable(observation, as('observer'), 'observer')).toBe(Infinity);
    expect(notesReadable(second, as('second'), 'observer')).toBe(3);
    expect(notesReadable(second, as('teacher'), 'second')).toBe(0);
  });
});

describe('the text of observations', () => {
  const sources = readdirSync(join(ROOT, 'server'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(ROOT, 'server', name), 'utf8') }));
  const usersOf = (pattern: RegExp): string[] =>
    sources
      .filter(({ text }) => pattern.test(text))
      .map(({ name }) => name.replace('features/observations/', ''));

  it('is opened in one file, which asks the policy', () => {
    const reader = sources.find(({ name }) => name.endsWith('observations/release.service.ts'));

    expect(usersOf(/from '[^']*\/opening\.ts'/)).toEqual(['release.service.ts']);
    expect(reader?.text).toMatch(/from '\.\/policy\.ts'/);
  });

  it('has a key that only sealing and opening use', () => {
    expect(usersOf(/from '[^']*\/textKey\.ts'/).sort()).toEqual(['opening.ts', 'sealing.ts']);
    expect(usersOf(/\bObservationKeyModel\b/).sort()).toEqual([
      'sealed.model.ts',
      'sealing.ts',
      'textKey.ts',
    ]);
    expect(usersOf(/observation-key:/)).toEqual(['textKey.ts']);
  });

  it('is decrypted by none but the foundations, the data keys and the one that opens it', () => {
    expect(usersOf(/\bdecryptWith\b/).sort()).toEqual([
      'features/secrets/secrets.service.ts',
      'opening.ts',
      'seal.ts',
    ]);
  });
});

describe('the steps of an observation', () => {
  const ACTIONS = Object.keys(STEPS) as ObservationActionName[];

  it('are those of the contract, and none leads where the table of states does not', () => {
    const inContract = ObservationAction.options.map(({ shape }) => shape.action.value);
    const wrong = ACTIONS.flatMap((action) => {
      const { from, to } = STEPS[action];
      return to === null ? [] : from.filter((state) => !OBSERVATION[state].includes(to)).map(() => action);
    });

    expect([...ACTIONS].sort()).toEqual([...inContract].sort());
    expect(wrong).toEqual([]);
  });

  it('reach every state, and leave none that is not an end', () => {
    const moves = ACTIONS.flatMap((action) => {
      const { from, to } = STEPS[action];
      return to === null ? [] : from.map((state) => [state, to] as const);
    });

    const reached = new Set<string>(['requested', ...moves.map(([, to]) => to)]);
    const left = new Set<string>(moves.map(([from]) => from));

    expect([...reached].sort()).toEqual([...OBSERVATION_STATES].sort());
    expect(OBSERVATION_STATES.filter((state) => !left.has(state))).toEqual(['closed', 'cancelled']);
  });

  it('are taken by whose turn it is', () => {
    const asked = { ...observation, state: 'requested' as const };

    expect(refusalOf('accept', asked, 'observer')).toBeNull();
    expect(refusalOf('accept', asked, 'teacher')).toBe('not_now');
    expect(refusalOf('accept', { ...asked, proposedBy: 'observer' }, 'teacher')).toBeNull();
    expect(refusalOf('decline', asked, 'teacher')).toBe('forbidden');
    expect(refusalOf('share', asked, 'observer')).toBe('not_now');
    expect(refusalOf('share', { ...withdrawn, state: 'draft' }, 'observer')).toBe('withdrawn');
    expect(refusalOf('close', { ...withdrawn, state: 'reflected' }, 'teacher')).toBeNull();
    expect(refusalOf('withdraw', asked, 'somebody else')).toBe('forbidden');
  });
});
