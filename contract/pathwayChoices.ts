import { bestStart, reachFrom, type PathwayRules } from './pathwayRules.ts';
import { conditionsOf, holds, type Rule, type RuleFacts } from './rules.ts';

/**
 * What a pathway asks of one person. Not every module is asked: tracks are chosen, a choice of several modules ends once enough of
 * them are approved, and where a rule says "or already holds", a badge from elsewhere counts instead. Pure; the same for the server
 * and for the studio's preview.
 */

/** Why a module is not asked. */
export type NotAsked =
  /** It opens only with tracks that were not chosen: any of these would do; none if it takes more than one. */
  | { readonly why: 'track'; readonly tracks: readonly string[] }
  /** A badge counts instead. */
  | { readonly why: 'held'; readonly title: string }
  /** It is one of a choice of which enough is done, or only leads to such a one. */
  | { readonly why: 'enough' };

/** Keys of the modules that can be reached with these tracks and everything that is earned elsewhere. */
function reachWith(pathway: PathwayRules, tracks: ReadonlySet<string>): ReadonlySet<string> {
  return reachFrom(pathway, { ...bestStart(pathway), tracks }).modules;
}

/**
 * Keys of the modules that a track adds to what can be reached with the other chosen ones, in their order. Monotone in what the
 * pathway offers, not in `chosen`: what two tracks offer, the second adds no more.
 */
export function whatTrackAdds(pathway: PathwayRules, track: string, chosen: ReadonlySet<string>): string[] {
  const others = new Set([...chosen].filter((key) => key !== track));
  const without = reachWith(pathway, others);
  const together = reachWith(pathway, new Set([...others, track]));
  return pathway.modules.map(({ key }) => key).filter((key) => together.has(key) && !without.has(key));
}

/** Whether a rule that does not hold yet names a module as a way to fulfil it. */
function asksFor(rule: Rule, module: string, facts: RuleFacts): boolean {
  if (holds(rule, facts)) return false;
  if (rule.type === 'approved') return rule.module === module;
  // approving a module earns its achievement, which has its key
  if (rule.type === 'awarded') return rule.achievement === module;
  return (
    (rule.type === 'all' || rule.type === 'atLeast') && rule.of.some((one) => asksFor(one, module, facts))
  );
}

/** The held badge that stands beside a module in an `atLeast` that holds; of nested ones, the innermost. */
function findCredit(rule: Rule, module: string, facts: RuleFacts): string | null {
  if (rule.type !== 'all' && rule.type !== 'atLeast') return null;
  for (const one of rule.of) {
    const inner = findCredit(one, module, facts);
    if (inner !== null) return inner;
  }
  const isNamed = conditionsOf(rule).some((one) => one.type === 'approved' && one.module === module);
  if (rule.type === 'all' || !isNamed || !holds(rule, facts)) return null;
  const held = rule.of.find((one) => one.type === 'awarded' && facts.awarded.has(one.achievement));
  return held?.type === 'awarded' ? held.title : null;
}

function findHeldInstead(rules: readonly Rule[], module: string, facts: RuleFacts): string | null {
  if (rules.some((rule) => asksFor(rule, module, facts))) return null;
  for (const rule of rules) {
    const title = findCredit(rule, module, facts);
    if (title !== null) return title;
  }
  return null;
}

/** Whether a module stands in an `atLeast` that holds, at any depth. */
function isInMetChoice(rule: Rule, module: string, facts: RuleFacts): boolean {
  if (rule.type !== 'all' && rule.type !== 'atLeast') return false;
  const isNamed = conditionsOf(rule).some((one) => one.type === 'approved' && one.module === module);
  if (isNamed && rule.type === 'atLeast' && holds(rule, facts)) return true;
  return rule.of.some((one) => isInMetChoice(one, module, facts));
}

/** Adds to `found` what is not asked because enough of a choice is done, until no more follows from that. */
function addEnough(
  { modules, completes }: PathwayRules,
  facts: RuleFacts,
  found: Map<string, NotAsked>,
): void {
  const rules = [completes, ...modules.map(({ opens }) => opens)];
  for (;;) {
    const passed = modules.filter(({ key }) => found.get(key)?.why === 'enough');
    const asking = [completes, ...modules.flatMap(({ key, opens }) => (found.has(key) ? [] : [opens]))];
    const more = modules.filter(
      ({ key }) =>
        !facts.approved.has(key) &&
        !found.has(key) &&
        !asking.some((rule) => asksFor(rule, key, facts)) &&
        (rules.some((rule) => isInMetChoice(rule, key, facts)) ||
          passed.some(({ opens }) => asksFor(opens, key, facts))),
    );
    if (more.length === 0) return;
    for (const { key } of more) found.set(key, { why: 'enough' });
  }
}

/** The modules that only tracks add that were not chosen, each with the tracks that would do. */
function findOffTrack(pathway: PathwayRules, facts: RuleFacts): Map<string, NotAsked> {
  const { modules, tracks } = pathway;
  if (tracks.length === 0) return new Map();
  const reached = reachWith(pathway, facts.tracks);
  const most = reachWith(pathway, new Set(tracks.map(({ key }) => key)));
  const added = tracks
    .filter(({ key }) => !facts.tracks.has(key))
    .map(({ key }) => ({ key, adds: new Set(whatTrackAdds(pathway, key, facts.tracks)) }));
  const off = modules.filter(({ key }) => most.has(key) && !reached.has(key));
  return new Map(
    off.map(({ key }) => {
      const by = added.filter(({ adds }) => adds.has(key)).map((track) => track.key);
      return [key, { why: 'track', tracks: by }];
    }),
  );
}

/**
 * The modules that are not asked of somebody with these facts, by key: leaving them out changes nothing of what can be completed. An
 * approved module was asked.
 *
 * @param facts  `awarded` with everything that the rules ask about
 */
export function findNotAsked(pathway: PathwayRules, facts: RuleFacts): Map<string, NotAsked> {
  const { modules, completes } = pathway;
  const rules = [completes, ...modules.map(({ opens }) => opens)];
  const offTrack = findOffTrack(pathway, facts);
  const found = new Map<string, NotAsked>();
  for (const { key } of modules) {
    if (facts.approved.has(key)) continue;
    const title = findHeldInstead(rules, key, facts);
    const why = title === null ? offTrack.get(key) : ({ why: 'held', title } as const);
    if (why) found.set(key, why);
  }
  addEnough(pathway, facts, found);
  return found;
}
