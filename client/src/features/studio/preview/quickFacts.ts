import type { PathwayContent } from '../../../../../contract/content.ts';
import { bestStart, reachFrom, whatOpens } from '../../../../../contract/pathwayRules.ts';
import { conditionsOf, NO_FACTS } from '../../../../../contract/rules.ts';
import type { RuleFacts } from '../../../../../contract/rules.ts';

/** `start`: nothing was done. `open`: nothing is locked that can open. `done`: all that can be done is. */
export type QuickFacts = 'start' | 'open' | 'done';

/** Modules whose approval a rule of another module asks for. */
function modulesAsked({ modules }: PathwayContent): string[] {
  const own = new Set(modules.map(({ key }) => key));
  const named = modules
    .flatMap(({ opens }) => conditionsOf(opens))
    .flatMap((one) =>
      one.type === 'approved' ? [one.module] : one.type === 'awarded' ? [one.achievement] : [],
    );
  return named.filter((key) => own.has(key));
}

/** Facts to look at a draft with. Those of `open` and `done` hold every badge from elsewhere and every track. */
export function quickFacts(content: PathwayContent, which: QuickFacts): RuleFacts {
  if (which === 'start') return NO_FACTS;
  const start = bestStart(content);
  const reach = reachFrom(content, start).modules;
  const done = { ...start, approved: reach };
  if (which === 'done') return done;
  const asked = { ...start, approved: new Set(modulesAsked(content).filter((key) => reach.has(key))) };
  const open = new Set(whatOpens(content, asked));
  // a module that waits for the pathway's own badge opens only with all of them
  return [...reach].every((key) => open.has(key)) ? asked : done;
}
