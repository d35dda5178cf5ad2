import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ALWAYS, conditionsOf, holds, Rule } from '../../../contract/rules.ts';
import {
  depthOf,
  orHeld,
  toGroup,
  withCount,
  withoutTrack,
  withParts,
} from '../../../client/src/features/studio/ruleTree.ts';
import { addTrack, removeTrack, setTrack } from '../../../client/src/features/studio/trackModel.ts';
import { applyChanges, findModule, findPathway } from '../../../client/src/features/studio/changes.ts';
import { setModule } from '../../../client/src/features/studio/studioModel.ts';
import { badgesAsked, tryRules } from '../../../client/src/features/studio/tryRules.ts';
import { anyFacts, anyRule, keyOf } from '../../support/ruleArbitraries.ts';
import { sampleParts, samplePathway } from './samples.ts';

const [A, B, TRACK] = [keyOf(0), keyOf(1), keyOf(100)];
const approved = (module: string): Rule => ({ type: 'approved', module });
const onTrack: Rule = { type: 'track', track: TRACK };

describe('a rule that is written part by part', () => {
  test('means as a group what it meant before', () => {
    fc.assert(
      fc.property(anyRule, anyFacts, (rule, facts) => {
        expect(holds(toGroup(rule), facts)).toBe(holds(rule, facts));
      }),
    );
  });

  test('asks for no more parts than it has left', () => {
    const group = { type: 'atLeast' as const, n: 2, of: [approved(A), approved(B)] };

    expect(withParts(group, [approved(A)])).toEqual({ type: 'atLeast', n: 1, of: [approved(A)] });
    expect(withCount(group, null)).toEqual({ type: 'all', of: group.of });
    expect(withCount(toGroup(approved(A)), 1)).toEqual({ type: 'atLeast', n: 1, of: [approved(A)] });
  });

  test('holds for a badge instead of a module as well, one group deeper', () => {
    const rule = orHeld(approved(A), { achievement: B, title: 'Quick checks' });
    const facts = { approved: new Set<string>(), awarded: new Set([B]), tracks: new Set<string>() };

    expect([holds(approved(A), facts), holds(rule, facts)]).toEqual([false, true]);
    expect(depthOf(rule)).toBe(1);
    expect(Rule.safeParse(rule).success).toBe(true);
  });
});

describe('a track that is removed', () => {
  test('is in no rule any more, and what does not name it stays as it was', () => {
    fc.assert(
      fc.property(anyRule, (rule) => {
        const without = withoutTrack(rule, TRACK);

        expect(conditionsOf(without).some((one) => one.type === 'track' && one.track === TRACK)).toBe(false);
        const named = conditionsOf(rule).some((one) => one.type === 'track' && one.track === TRACK);
        if (!named && depthOf(rule) === 0) expect(without).toEqual(rule);
      }),
    );
  });

  test('leaves out a group that consisted of it, and opens from the start what asked for nothing else', () => {
    const nested: Rule = { type: 'all', of: [approved(A), { type: 'atLeast', n: 1, of: [onTrack] }] };

    expect(withoutTrack(nested, TRACK)).toEqual({ type: 'all', of: [approved(A)] });
    expect(withoutTrack(onTrack, TRACK)).toEqual(ALWAYS);
  });

  test('goes from the draft with what its modules and its completion say about it', () => {
    const parts = sampleParts();
    const [module = ''] = findPathway(parts)?.modules ?? [];
    const added = applyChanges(parts, addTrack(parts, TRACK, 'Video'));
    const named = applyChanges(added, setTrack(added, TRACK, { title: 'Film' }));
    const ruled = applyChanges(named, setModule(named, module, { opens: onTrack }));

    const removed = applyChanges(ruled, removeTrack(ruled, TRACK));

    expect(findPathway(ruled)?.tracks.map(({ title }) => title)).toEqual(['Film']);
    expect(findPathway(removed)?.tracks).toEqual([]);
    expect(findModule(removed, module)?.opens).toEqual(ALWAYS);
  });
});

describe('the box to try rules', () => {
  const [first, second] = samplePathway.modules.map(({ key }) => key) as [string, string];
  const facts = (...keys: string[]) => ({
    approved: new Set(keys),
    awarded: new Set<string>(),
    tracks: new Set<string>(),
  });
  const withRule = (opens: Rule) => ({
    ...samplePathway,
    modules: samplePathway.modules.map((module, at) => ({ ...module, opens: at === 1 ? opens : ALWAYS })),
  });

  test('says what opens and what is earned, and in words what is missing', () => {
    const content = withRule(approved(first));

    const [before, after] = [tryRules(content, facts()), tryRules(content, facts(first))];

    expect(before.modules[1]).toMatchObject({
      opens: false,
      after: { type: 'module', position: 1, title: samplePathway.modules[0]?.title },
    });
    expect(after.modules[1]).toMatchObject({ opens: true, after: null, isDeadEnd: false });
    expect([before.earned, after.earned]).toEqual([[], [samplePathway.modules[0]?.achievement]]);
  });

  test('marks what nobody can ever open or complete', () => {
    const content = { ...withRule(approved(second)), completes: approved(second) };

    const { modules, neverCompleted } = tryRules(content, facts());

    expect(modules.map(({ isDeadEnd }) => isDeadEnd)).toEqual(modules.map((_, at) => at === 1));
    expect(neverCompleted).toBe(true);
  });

  test('offers each badge of elsewhere once, and none that is earned in the pathway', () => {
    const held: Rule = { type: 'awarded', achievement: B, title: 'Quick checks' };
    const own: Rule = { type: 'awarded', achievement: first, title: 'Its own' };
    const content = { ...withRule({ type: 'all', of: [held, own] }), completes: held };

    expect(badgesAsked(content)).toEqual([{ key: B, title: 'Quick checks', isEvidence: false }]);
  });
});
