import type { ClientSession } from 'mongoose';
import type { PathwayRules } from '../../../contract/pathwayRules.ts';
import {
  holds,
  shareDone,
  toOpensAfter,
  type OpensAfter,
  type Rule,
  type RuleFacts,
  type RuleNames,
} from '../../../contract/rules.ts';
import { listAwarded } from '../awards/awards.service.ts';
import type { ModuleRead, PathwayVersionRead } from '../catalog/catalog.service.ts';
import type { AttemptDoc } from './attempt.model.ts';
import type { EnrolmentDoc } from './enrolment.model.ts';

type Work = Pick<AttemptDoc, 'moduleKey' | 'state'>;

/**
 * What decides which modules are open for one person. Costs one command if a rule of the version asks about an award, which may come
 * from any enrolment, and nothing otherwise.
 *
 * @param attempts  all of the enrolment
 * @param tx  to see the awards that it has written
 */
export async function getRuleFacts(
  enrolment: Pick<EnrolmentDoc, 'institutionId' | 'personId' | 'tracks'>,
  { awardsAsked }: Pick<PathwayVersionRead, 'awardsAsked'>,
  attempts: readonly Work[],
  tx?: ClientSession,
): Promise<RuleFacts> {
  const approved = attempts.filter(({ state }) => state === 'approved').map(({ moduleKey }) => moduleKey);
  const awarded = awardsAsked.length === 0 ? [] : await listAwarded(enrolment, awardsAsked, tx);
  return { approved: new Set(approved), awarded: new Set(awarded), tracks: new Set(enrolment.tracks) };
}

/**
 * What decides whether the pathway is complete and how much of it is done: tracks that were left count as well. So leaving one takes
 * nothing back that was earned, no score falls, and work in it that is still being reviewed counts when it is approved.
 */
export function toCompletionFacts(
  facts: RuleFacts,
  { leftTracks }: Pick<EnrolmentDoc, 'leftTracks'>,
): RuleFacts {
  return { ...facts, tracks: new Set([...facts.tracks, ...leftTracks]) };
}

/** The rules of a published version. */
export function toPathwayRules(
  { tracks, completes, badge }: Pick<PathwayVersionRead, 'tracks' | 'completes' | 'badge'>,
  modules: readonly ModuleRead[],
): PathwayRules {
  return {
    modules: modules.map(({ key, content: { opens } }) => ({ key, opens })),
    tracks,
    completes,
    badge,
  };
}

/** The same once a module is approved as well, with the award that it earns. */
export function withApproval(facts: RuleFacts, moduleKey: string): RuleFacts {
  const { approved, awarded } = facts;
  return {
    ...facts,
    approved: new Set([...approved, moduleKey]),
    awarded: new Set([...awarded, moduleKey]),
  };
}

/** Whether work on a module may begin. */
export function isOpen({ content }: Pick<ModuleRead, 'content'>, facts: RuleFacts): boolean {
  return holds(content.opens, facts);
}

/** What people call the modules and tracks that the rules of a version refer to. */
export function toRuleNames(
  { tracks }: Pick<PathwayVersionRead, 'tracks'>,
  modules: readonly ModuleRead[],
): RuleNames {
  return {
    modules: modules.map(({ key, position, content: { title } }) => ({ key, position, title })),
    tracks,
  };
}

/** What is missing before that, for people to read; null if nothing is, or if the module is done. */
export function findOpensAfter(module: ModuleRead, facts: RuleFacts, names: RuleNames): OpensAfter | null {
  return facts.approved.has(module.key) ? null : toOpensAfter(module.content.opens, facts, names);
}

/** How much of something is done. */
interface Progress {
  approved: number;
  all: number;
}

/** What a rule that is not a plain list is counted in: halves, thirds, … sixteenths of it are whole numbers, so no point is lost. */
const PARTS = 720_720;

/**
 * How much of a rule is done: how many of its conditions, if it asks for all of them, and otherwise how many parts of it.
 * `approved` is `all` exactly where the rule holds.
 */
export function progressOf(rule: Rule, facts: RuleFacts): Progress {
  const isFlat = rule.type === 'all' && rule.of.length > 0 && rule.of.every((one) => !('of' in one));
  if (isFlat) return { approved: rule.of.filter((one) => holds(one, facts)).length, all: rule.of.length };
  if (holds(rule, facts)) return { approved: PARTS, all: PARTS };
  return { approved: Math.min(PARTS - 1, Math.round(shareDone(rule, facts) * PARTS)), all: PARTS };
}

/** The same for one module, of which an approval is all. */
export function progressOfModule({ state }: Pick<AttemptDoc, 'state'>): Progress {
  return { approved: state === 'approved' ? 1 : 0, all: 1 };
}
