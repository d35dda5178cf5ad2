import type { PathwayContent } from '../../../../../contract/content.ts';
import { moduleMinutes, unrollModule } from '../../../../../contract/cycles.ts';
import type { UnrolledModule } from '../../../../../contract/cycles.ts';
import { findNotAsked } from '../../../../../contract/pathwayChoices.ts';
import { toMapTracks, toShownNotAsked, toStepStates } from '../../../../../contract/pathwayMap.ts';
import { whatIsEarned } from '../../../../../contract/pathwayRules.ts';
import type { MapModule, MapTrack } from '../../../../../contract/pathways.ts';
import { toOpensAfter } from '../../../../../contract/rules.ts';
import type { Rule, RuleFacts } from '../../../../../contract/rules.ts';
import type { ShownBadge } from '../../../components/pathwayMap/EarnedBadges.tsx';
import type { ShownMap } from '../../../components/pathwayMap/PathwayView.tsx';
import { badgesAsked } from '../tryRules.ts';

/** What a map shows, made of a draft and of facts that nobody stored. */
export interface DraftMap extends ShownMap {
  readonly tracks: readonly MapTrack[];
  readonly awards: readonly ShownBadge[];
}

/** A draft as people go through it, with a word for everything that is still missing. */
export interface ReadableDraft extends Omit<PathwayContent, 'modules'> {
  readonly modules: readonly UnrolledModule[];
}

/** These facts with what they earn in the draft, as an approval would have stored it. */
function withEarned(content: ReadableDraft, facts: RuleFacts): RuleFacts {
  const { achievements } = whatIsEarned(content, facts);
  return { ...facts, awarded: new Set([...facts.awarded, ...achievements]) };
}

function toBadges({ modules, badge, strand }: ReadableDraft, facts: RuleFacts): ShownBadge[] {
  const own = modules
    .filter(({ key }) => facts.approved.has(key))
    .map(({ key, achievement, title, badgeLevel }) => ({
      id: key,
      achievementKey: key,
      moduleKey: key,
      achievement: achievement || title,
      strand,
      badgeLevel,
    }));
  if (!badge || !facts.awarded.has(badge.key)) return own;
  const { key, achievement, level } = badge;
  return [...own, { id: key, achievementKey: key, moduleKey: null, achievement, strand, badgeLevel: level }];
}

function toModules(content: ReadableDraft, facts: RuleFacts): MapModule[] {
  const { modules, tracks } = content;
  const names = { modules: modules.map(({ key, title }, at) => ({ key, title, position: at + 1 })), tracks };
  const notAsked = findNotAsked(content, facts);
  return modules.map((module, at) => {
    const isApproved = facts.approved.has(module.key);
    const why = toShownNotAsked(notAsked.get(module.key), tracks);
    const minutes = moduleMinutes(module);
    return {
      key: module.key,
      // nobody has begun it: links lead to the module itself
      attemptId: module.key,
      position: at + 1,
      title: module.title,
      label: module.label,
      minutes,
      minutesLeft: isApproved || why !== null ? 0 : minutes,
      state: isApproved ? 'approved' : 'not_started',
      reviewedBy: module.reviewedBy,
      level: null,
      opensAfter: isApproved ? null : toOpensAfter(module.opens, facts, names),
      notAsked: why,
      steps: toStepStates(module, stepsDone(module, isApproved)),
      draftSavedAt: null,
      grades: [],
    };
  });
}

function stepsDone({ steps }: UnrolledModule, isApproved: boolean): ReadonlySet<string> {
  return new Set(isApproved ? steps.map(({ key }) => key) : []);
}

/** Words for what a draft does not say. */
interface MissingWords {
  /** For a title that was not written yet. */
  readonly untitled: string;
  /** For what a rule asks and nobody can have: a module that was removed. */
  readonly impossible: string;
}

/**
 * A rule with what can never be fulfilled in it as a badge that nobody can have: what is not there any more, and more conditions
 * than there are. Otherwise nothing would say why it does not hold.
 */
function withDeadNamed(rule: Rule, known: ReadonlySet<string>, title: string): Rule {
  const dead: Rule = { type: 'awarded', achievement: '', title };
  switch (rule.type) {
    case 'awarded':
      return rule;
    case 'approved':
      return known.has(rule.module) ? rule : dead;
    case 'track':
      return known.has(rule.track) ? rule : dead;
    case 'all':
    case 'atLeast': {
      const of = rule.of.map((one) => withDeadNamed(one, known, title));
      return { ...rule, of: rule.type === 'atLeast' && rule.n > of.length ? [...of, dead] : of };
    }
  }
}

/** A draft to read: the steps of practice cycles as often as they come, and a word for everything that is still missing. */
export function toReadableDraft(
  content: PathwayContent,
  { untitled, impossible }: MissingWords,
): ReadableDraft {
  const titled = <T extends { title: string }>(one: T): T => (one.title ? one : { ...one, title: untitled });
  const { modules, tracks } = content;
  const known = new Set([...modules, ...tracks].map(({ key }) => key));
  return {
    ...titled(content),
    modules: modules.map((module) => ({
      ...titled(unrollModule(module)),
      opens: withDeadNamed(module.opens, known, impossible),
    })),
    tracks: tracks.map(titled),
  };
}

/** Those of some facts that the draft still knows: what was removed from it counts no more. */
export function fitFacts(content: PathwayContent, facts: RuleFacts): RuleFacts {
  const among = (chosen: ReadonlySet<string>, known: readonly { readonly key: string }[]) =>
    new Set(known.map(({ key }) => key).filter((key) => chosen.has(key)));
  return {
    approved: among(facts.approved, content.modules),
    tracks: among(facts.tracks, content.tracks),
    awarded: among(facts.awarded, badgesAsked(content)),
  };
}

/** The map of somebody with these facts, by the engine that decides for participants. Stores and requests nothing. */
export function toDraftMap(content: ReadableDraft, facts: RuleFacts): DraftMap {
  const known = withEarned(content, facts);
  const modules = toModules(content, known);
  const { key, title, vision, strand } = content;
  return {
    pathway: { key, title, vision, strand, version: 1 },
    run: { id: key, title: '', state: 'open', submitBy: null, reviewBy: null },
    state: whatIsEarned(content, facts).completed ? 'completed' : 'active',
    modules,
    approved: modules.filter(({ state }) => state === 'approved').length,
    minutesLeft: modules.reduce((sum, { minutesLeft }) => sum + minutesLeft, 0),
    tracks: toMapTracks(content, known.tracks),
    awards: toBadges(content, known),
  };
}
