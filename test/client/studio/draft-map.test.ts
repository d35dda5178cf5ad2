import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PathwayContent } from '../../../contract/content.ts';
import { findUnreachable, whatOpens, type PathwayRules } from '../../../contract/pathwayRules.ts';
import { ALWAYS, NO_FACTS, type Rule } from '../../../contract/rules.ts';
import {
  fitFacts,
  toDraftMap,
  toReadableDraft,
} from '../../../client/src/features/studio/preview/draftMap.ts';
import { quickFacts } from '../../../client/src/features/studio/preview/quickFacts.ts';
import { badgesAsked } from '../../../client/src/features/studio/tryRules.ts';
import { anyFacts, anyPathway, keyOf } from '../../support/ruleArbitraries.ts';
import { samplePathway } from './samples.ts';

const [A, B, C, TRACK, BADGE, GONE] = [0, 1, 2, 100, 200, 900].map(keyOf) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const approved = (module: string): Rule => ({ type: 'approved', module });
const held: Rule = { type: 'awarded', achievement: BADGE, title: 'Uses quick checks' };
const onTrack: Rule = { type: 'track', track: TRACK };
const anyOf = (...of: Rule[]): Rule => ({ type: 'atLeast', n: 1, of });

/** The sample's modules under the keys A, B and C, with these rules. */
function draft(opens: { [key: string]: Rule }, completes: Rule = approved(A)): PathwayContent {
  const modules = samplePathway.modules.slice(0, 3).map((module, at) => {
    const key = keyOf(at);
    return { ...module, key, title: `Module ${at + 1}`, opens: opens[key] ?? ALWAYS };
  });
  return {
    ...samplePathway,
    modules,
    tracks: [{ key: TRACK, title: 'Video', summary: '' }],
    completes,
    badge: { key: keyOf(300), achievement: 'Checks and changes', level: 2 },
  };
}

/** A draft of modules like the sample's first, with these rules. */
function ruledBy({ modules, tracks, completes, badge }: PathwayRules): PathwayContent {
  const [sample] = samplePathway.modules;
  if (!sample) throw new Error('the sample has no module');
  return {
    ...samplePathway,
    modules: modules.map((one) => ({ ...sample, ...one, title: 'A module' })),
    tracks: tracks.map(({ key }) => ({ key, title: 'A track', summary: '' })),
    completes,
    badge: badge && { key: badge.key, achievement: 'A badge', level: 1 },
  };
}

const readable = (content: PathwayContent) =>
  toReadableDraft(content, { untitled: 'Untitled', impossible: 'impossible' });

/** What the map says about each module. */
const said = (content: PathwayContent, facts = NO_FACTS) =>
  toDraftMap(readable(content), facts).modules.map(({ state, opensAfter, notAsked }) => {
    if (state === 'approved') return 'approved';
    return notAsked ? `not asked: ${notAsked.why}` : opensAfter ? 'locked' : 'open';
  });

describe('the map of a draft', () => {
  test('answers a switch at once: what opens, what is locked, what is earned', () => {
    const content = draft({ [B]: approved(A), [C]: approved(B) });

    const [before, after] = [NO_FACTS, { ...NO_FACTS, approved: new Set([A]) }].map((facts) => ({
      said: said(content, facts),
      earned: toDraftMap(readable(content), facts).awards.map(({ achievement }) => achievement),
      state: toDraftMap(readable(content), facts).state,
    }));

    expect(before).toEqual({ said: ['open', 'locked', 'locked'], earned: [], state: 'active' });
    expect(after).toEqual({
      said: ['approved', 'open', 'locked'],
      earned: [content.modules[0]?.achievement, 'Checks and changes'],
      state: 'completed',
    });
  });

  test('does not ask for a module of a track that is not chosen, nor for one that a badge counts for', () => {
    const content = draft({ [B]: onTrack, [C]: anyOf(approved(A), held) }, ALWAYS);

    expect(said(content)).toEqual(['open', 'not asked: track', 'locked']);
    expect(said(content, { ...NO_FACTS, tracks: new Set([TRACK]), awarded: new Set([BADGE]) })).toEqual([
      'not asked: held',
      'open',
      'open',
    ]);
  });

  test('counts neither what is done nor what is not asked in the minutes that are left', () => {
    const content = readable(draft({ [B]: onTrack }));

    const { modules, minutesLeft } = toDraftMap(content, { ...NO_FACTS, approved: new Set([A]) });

    expect(modules.map((module) => module.minutesLeft > 0)).toEqual([false, false, true]);
    expect(minutesLeft).toBe(modules[2]?.minutes);
  });

  test('opens what the rules open, whatever they are', () => {
    fc.assert(
      fc.property(anyPathway, anyFacts, (rules, facts) => {
        const content = readable(ruledBy(rules));

        const open = toDraftMap(content, facts).modules.filter(
          ({ state, opensAfter }) => state !== 'approved' && opensAfter === null,
        );

        const expected = whatOpens(content, facts).filter((key) => !facts.approved.has(key));
        expect(open.map(({ key }) => key)).toEqual(expected);
      }),
    );
  });

  test('is empty for a draft without modules', () => {
    const content = { ...draft({}), modules: [] };

    expect(toDraftMap(readable(content), NO_FACTS)).toMatchObject({
      modules: [],
      awards: [],
      minutesLeft: 0,
    });
  });
});

describe('what is missing in a draft', () => {
  test('has a word in its place, also a module that a rule still names', () => {
    const { title: _, ...rest } = draft({ [B]: approved(GONE) });

    const content = readable({ ...rest, title: '' });

    expect(content.title).toBe('Untitled');
    expect(toDraftMap(content, NO_FACTS).modules[1]?.opensAfter).toEqual({
      type: 'award',
      title: 'impossible',
    });
  });

  test('counts no more once it is removed', () => {
    const facts = { approved: new Set([A, GONE]), awarded: new Set([BADGE]), tracks: new Set([TRACK, GONE]) };

    const fitting = fitFacts(draft({ [B]: held }), facts);

    expect(fitting).toEqual({ approved: new Set([A]), awarded: new Set([BADGE]), tracks: new Set([TRACK]) });
    expect(fitFacts(draft({}), facts).awarded).toEqual(new Set());
  });
});

describe('the quick choices', () => {
  test('leave nothing locked that can open, and approve only what that takes', () => {
    const content = draft({ [B]: approved(A), [C]: { type: 'all', of: [approved(B), onTrack, held] } });

    const facts = quickFacts(content, 'open');

    expect(said(content, facts)).toEqual(['approved', 'approved', 'open']);
    expect(quickFacts(content, 'start')).toEqual(NO_FACTS);
    expect(said(content, quickFacts(content, 'done'))).toEqual(['approved', 'approved', 'approved']);
  });

  test('open everything that anybody can open', () => {
    fc.assert(
      fc.property(anyPathway, (rules) => {
        const written = ruledBy(rules);

        const open = new Set(whatOpens(written, quickFacts(written, 'open')));

        const closed = written.modules.map(({ key }) => key).filter((key) => !open.has(key));
        expect(closed).toEqual(findUnreachable(written).modules);
      }),
    );
  });
});

test('a badge that counts in place of a module is told apart from others', () => {
  const other: Rule = { type: 'awarded', achievement: keyOf(201), title: 'Knows the school' };

  const asked = badgesAsked(draft({ [B]: anyOf(approved(A), held), [C]: other }));

  expect(asked.map(({ title, isEvidence }) => [title, isEvidence])).toEqual([
    ['Uses quick checks', true],
    ['Knows the school', false],
  ]);
});
