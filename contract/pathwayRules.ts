import { conditionsOf, holds, type Rule, type RuleFacts } from './rules.ts';

/**
 * The rules of a whole pathway: what opens, what is earned, and whether everything can be. Pure; the same for the studio's box, the
 * lint and the server.
 *
 * Approving a module earns its achievement, whose key is the module's; completing the pathway earns its badge. Both can be named in
 * `awarded` conditions of the same pathway.
 */
export interface PathwayRules {
  readonly modules: readonly { readonly key: string; readonly opens: Rule }[];
  readonly tracks: readonly { readonly key: string }[];
  readonly completes: Rule;
  readonly badge: { readonly key: string } | null;
}

/** What somebody has earned in a pathway. */
export interface Earned {
  /** Keys of achievements: those of the approved modules in their order, then the badge's. */
  readonly achievements: readonly string[];
  readonly completed: boolean;
}

/** What can be reached in a pathway. */
export interface Reach {
  /** Keys of the modules that can be opened. */
  readonly modules: ReadonlySet<string>;
  /** Whether it can be completed. */
  readonly completed: boolean;
}

const rulesIn = ({ modules, completes }: PathwayRules): Rule[] => [
  ...modules.map(({ opens }) => opens),
  completes,
];

/** These facts with what the approvals in them earn here. */
function withEarned(pathway: PathwayRules, facts: RuleFacts): RuleFacts {
  const awarded = new Set(facts.awarded);
  for (const { key } of pathway.modules) if (facts.approved.has(key)) awarded.add(key);
  if (pathway.badge && holds(pathway.completes, { ...facts, awarded })) awarded.add(pathway.badge.key);
  return { ...facts, awarded };
}

/** Keys of the modules that are open, in their order. Monotone: with more facts, these and perhaps more. */
export function whatOpens(pathway: PathwayRules, facts: RuleFacts): string[] {
  const known = withEarned(pathway, facts);
  return pathway.modules.filter(({ opens }) => holds(opens, known)).map(({ key }) => key);
}

/** What the approvals in these facts earn in this pathway. Monotone. */
export function whatIsEarned(pathway: PathwayRules, facts: RuleFacts): Earned {
  const known = withEarned(pathway, facts);
  const completed = holds(pathway.completes, known);
  const own = pathway.modules.filter(({ key }) => facts.approved.has(key)).map(({ key }) => key);
  return { achievements: completed && pathway.badge ? [...own, pathway.badge.key] : own, completed };
}

/**
 * What can be reached from these facts if every module that opens is approved. Since rules are monotone, the order of the approvals
 * and of the modules makes no difference.
 */
export function reachFrom(pathway: PathwayRules, facts: RuleFacts): Reach {
  const approved = new Set(facts.approved);
  let known = withEarned(pathway, { ...facts, approved });
  let waiting = pathway.modules.filter(({ key }) => !approved.has(key));
  for (;;) {
    const opened = waiting.filter(({ opens }) => holds(opens, known));
    if (opened.length === 0) break;
    for (const { key } of opened) approved.add(key);
    known = withEarned(pathway, { ...facts, approved });
    waiting = waiting.filter(({ key }) => !approved.has(key));
  }
  const reached = pathway.modules.map(({ key }) => key).filter((key) => approved.has(key));
  return { modules: new Set(reached), completed: holds(pathway.completes, known) };
}

/** Facts of somebody who has everything that is earned elsewhere, has chosen every track, and has done nothing yet. */
export function bestStart(pathway: PathwayRules): RuleFacts {
  const own = ownAchievements(pathway);
  const awarded = rulesIn(pathway)
    .flatMap(conditionsOf)
    .flatMap((one) => (one.type === 'awarded' && !own.has(one.achievement) ? [one.achievement] : []));
  return {
    approved: new Set(),
    awarded: new Set(awarded),
    tracks: new Set(pathway.tracks.map(({ key }) => key)),
  };
}

function ownAchievements({ modules, badge }: PathwayRules): Set<string> {
  return new Set([...modules.map(({ key }) => key), ...(badge ? [badge.key] : [])]);
}

/** The best start, with everything that a rule names and that is not there. */
function startWithDead(pathway: PathwayRules): RuleFacts {
  const start = bestStart(pathway);
  const own = new Set(pathway.modules.map(({ key }) => key));
  const conditions = rulesIn(pathway).flatMap(conditionsOf);
  const dead = conditions.flatMap((one) =>
    one.type === 'approved' && !own.has(one.module) ? [one.module] : [],
  );
  const tracks = conditions.flatMap((one) => (one.type === 'track' ? [one.track] : []));
  return { ...start, approved: new Set(dead), tracks: new Set(tracks) };
}

/**
 * What nobody can ever open or complete, even with everything that is earned elsewhere and every track.
 *
 * @returns keys of modules, in their order; `completion`: whether the pathway cannot be completed
 */
export function findUnreachable(pathway: PathwayRules): { modules: string[]; completion: boolean } {
  const { modules, completed } = reachFrom(pathway, bestStart(pathway));
  return {
    modules: pathway.modules.map(({ key }) => key).filter((key) => !modules.has(key)),
    completion: !completed,
  };
}

/** For each module and badge that cannot be reached, those of them that its rule names. */
function waitsOf(pathway: PathwayRules): Map<string, string[]> {
  const { modules, badge, completes } = pathway;
  const reach = reachFrom(pathway, startWithDead(pathway));
  const stuck = new Map(
    modules.filter(({ key }) => !reach.modules.has(key)).map(({ key, opens }) => [key, opens]),
  );
  if (badge && !reach.completed) stuck.set(badge.key, completes);
  const namedBy = (rule: Rule): string[] =>
    conditionsOf(rule).flatMap((one) => {
      if (one.type === 'approved') return modules.some(({ key }) => key === one.module) ? [one.module] : [];
      return one.type === 'awarded' ? [one.achievement] : [];
    });
  return new Map([...stuck].map(([key, rule]) => [key, namedBy(rule).filter((named) => stuck.has(named))]));
}

/** The shortest way from a key back to it; null if there is none. */
function findWayBack(waits: ReadonlyMap<string, readonly string[]>, start: string): string[] | null {
  const from = new Map<string, string>();
  const queue = [start];
  for (const key of queue) {
    for (const next of waits.get(key) ?? []) {
      if (next === start) {
        const way = [key];
        for (let at = key; at !== start; way.unshift(at)) at = from.get(at) ?? start;
        return way;
      }
      if (from.has(next)) continue;
      from.set(next, key);
      queue.push(next);
    }
  }
  return null;
}

/**
 * Modules, and perhaps the badge, that can never open or be earned because each waits for the next and the last for the first. A rule
 * that holds without any of them (`atLeast`) makes no cycle. What only waits for a cycle is not in it.
 *
 * @returns cycles as keys; of each set of such cycles the shortest, so that everything that waits for itself is in one
 */
export function findCycles(pathway: PathwayRules): string[][] {
  const waits = waitsOf(pathway);
  const seen = new Set<string>();
  return [...waits.keys()].flatMap((start) => {
    const cycle = seen.has(start) ? null : findWayBack(waits, start);
    cycle?.forEach((key) => seen.add(key));
    return cycle ? [cycle] : [];
  });
}
