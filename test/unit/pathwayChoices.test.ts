import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findNotAsked, whatTrackAdds } from '../../contract/pathwayChoices.ts';
import { reachFrom, whatIsEarned, type PathwayRules } from '../../contract/pathwayRules.ts';
import { ALWAYS, NO_FACTS, type Rule } from '../../contract/rules.ts';
import { anyFacts, anyPathway, growingFacts, keyOf } from '../support/ruleArbitraries.ts';

const [A, B, C, VIDEO, AUDIO, BADGE] = [0, 1, 2, 100, 101, 200].map(keyOf) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const approved = (module: string): Rule => ({ type: 'approved', module });
const onTrack = (track: string): Rule => ({ type: 'track', track });
const held: Rule = { type: 'awarded', achievement: BADGE, title: 'Uses quick checks' };
const badgeOf = (module: string): Rule => ({ type: 'awarded', achievement: module, title: 'Its badge' });
const all = (...of: Rule[]): Rule => ({ type: 'all', of });
const anyOf = (...of: Rule[]): Rule => ({ type: 'atLeast', n: 1, of });

/** Modules A, B and C with these rules. */
function pathway(opens: { [key: string]: Rule }, completes: Rule = ALWAYS): PathwayRules {
  return {
    modules: [A, B, C].map((key) => ({ key, opens: opens[key] ?? ALWAYS })),
    tracks: [{ key: VIDEO }, { key: AUDIO }],
    completes,
    badge: null,
  };
}
const holding = { ...NO_FACTS, awarded: new Set([BADGE]) };
const choosing = (...tracks: string[]) => ({ ...NO_FACTS, tracks: new Set(tracks) });

describe('what a track adds', () => {
  test('is what opens with it and what follows from that, but not what another chosen one opens', () => {
    const rules = pathway({
      [B]: anyOf(onTrack(VIDEO), onTrack(AUDIO)),
      [C]: all(approved(B), onTrack(VIDEO)),
    });

    expect(whatTrackAdds(rules, VIDEO, new Set())).toEqual([B, C]);
    expect(whatTrackAdds(rules, VIDEO, new Set([VIDEO]))).toEqual([B, C]);
    expect(whatTrackAdds(rules, VIDEO, new Set([AUDIO]))).toEqual([C]);
    expect(whatTrackAdds(rules, AUDIO, new Set([VIDEO]))).toEqual([]);
  });
});

describe('a module is not asked', () => {
  test.each<[string, PathwayRules, typeof NO_FACTS, unknown]>([
    [
      'while its track is not chosen',
      pathway({ [B]: onTrack(VIDEO) }),
      NO_FACTS,
      { why: 'track', tracks: [VIDEO] },
    ],
    [
      'while one of two tracks is missing, whichever of them was chosen',
      pathway({ [B]: all(onTrack(VIDEO), onTrack(AUDIO)) }),
      choosing(AUDIO),
      { why: 'track', tracks: [VIDEO] },
    ],
    [
      'while it takes two tracks and none is chosen, neither of which would do alone',
      pathway({ [B]: all(onTrack(VIDEO), onTrack(AUDIO)) }),
      NO_FACTS,
      { why: 'track', tracks: [] },
    ],
    [
      'if a badge stands beside it in what completes the pathway',
      pathway({}, all(approved(A), anyOf(approved(B), held))),
      holding,
      { why: 'held', title: 'Uses quick checks' },
    ],
    [
      'if a badge stands for it and another one together',
      pathway({}, anyOf(all(approved(A), approved(B)), held)),
      holding,
      { why: 'held', title: 'Uses quick checks' },
    ],
    [
      'if something else than a badge stands beside it and holds',
      pathway({}, anyOf(approved(B), onTrack(VIDEO))),
      choosing(VIDEO),
      { why: 'enough' },
    ],
  ])('%s', (_, rules, facts, expected) => {
    expect(findNotAsked(rules, facts).get(B)).toEqual(expected);
  });

  test.each<[string, PathwayRules, typeof NO_FACTS]>([
    ['once its track is chosen', pathway({ [B]: onTrack(VIDEO) }), choosing(VIDEO)],
    ['without the badge', pathway({}, anyOf(approved(B), held)), NO_FACTS],
    [
      'if the badge counts for it in one rule, and another rule still asks for it',
      pathway({ [C]: approved(B) }, anyOf(approved(B), held)),
      holding,
    ],
    [
      'if it is approved',
      pathway({ [B]: onTrack(VIDEO) }, anyOf(approved(B), held)),
      { ...holding, approved: new Set([B]) },
    ],
  ])('but it is asked %s', (_, rules, facts) => {
    expect(findNotAsked(rules, facts).get(B)).toBeUndefined();
  });

  test('for a badge only if the badge stays enough, whatever else is done', () => {
    fc.assert(
      fc.property(anyPathway, growingFacts, (rules, { before, after }) => {
        const heldBefore = [...findNotAsked(rules, before)].filter(([, { why }]) => why === 'held');
        const heldAfter = findNotAsked(rules, after);
        for (const [key] of heldBefore)
          expect(after.approved.has(key) || heldAfter.get(key)?.why === 'held').toBe(true);
      }),
    );
  });

  test('for a badge only if approving it would not complete the pathway', () => {
    fc.assert(
      fc.property(anyPathway, anyFacts, (rules, facts) => {
        const badgeOnly = [...findNotAsked(rules, facts)].filter(([, { why }]) => why === 'held');
        const { completed } = whatIsEarned(rules, facts);
        for (const [key] of badgeOnly) {
          const approvedToo = { ...facts, approved: new Set([...facts.approved, key]) };
          const own = { ...rules, badge: null, modules: [] };
          expect(whatIsEarned(own, approvedToo).completed).toBe(
            whatIsEarned(own, facts).completed || completed,
          );
        }
      }),
    );
  });
});

describe('what somebody need not go on with', () => {
  const done = (...keys: string[]) => ({ ...NO_FACTS, approved: new Set(keys) });
  const choice: Rule = { type: 'atLeast', n: 2, of: [A, B, C].map(approved) };

  test.each<[string, PathwayRules, ReturnType<typeof done>, string[]]>([
    ['nothing of a choice that is not met', pathway({}, choice), done(A), []],
    ['the rest of a choice of which enough is done', pathway({}, choice), done(A, B), [C]],
    ['nothing that another rule asks for', pathway({ [A]: approved(C) }, choice), done(B, A), []],
    ['what one of several rules chooses', pathway({ [C]: anyOf(approved(A), approved(B)) }), done(A), [B]],
    ['a module of a track that is not chosen', pathway({ [C]: onTrack(VIDEO) }), done(A), [C]],
    ['nothing that no choice names', pathway({}, approved(A)), done(A), []],
    [
      'what only leads to the rest of a choice',
      pathway({ [C]: approved(B) }, anyOf(approved(A), approved(C))),
      done(A),
      [C, B],
    ],
    [
      'nothing whose badge another rule asks for',
      pathway({ [B]: badgeOf(C) }, all(anyOf(approved(A), approved(C)), approved(B))),
      done(A),
      [],
    ],
  ])('is %s', (_what, rules, facts, needless) => {
    expect([...findNotAsked(rules, facts).keys()]).toEqual(needless);
  });

  test('is nothing that would be missing: without it, the pathway can be completed as with it', () => {
    fc.assert(
      fc.property(anyPathway, anyFacts, (rules, facts) => {
        const notAsked = findNotAsked(rules, facts);
        const asked = rules.modules.filter(({ key }) => notAsked.get(key)?.why !== 'enough');

        expect(reachFrom({ ...rules, modules: asked }, facts).completed).toBe(
          reachFrom(rules, facts).completed,
        );
      }),
    );
  });
});
