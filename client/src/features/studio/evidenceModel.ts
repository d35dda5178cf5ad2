import type { Prompt, Requirement } from '../../../../contract/content.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import { findBlock, findModule, joinChanges, NO_CHANGES, toChanges } from './changes.ts';
import type { Changes, Parts } from './changes.ts';
import { withChanged } from './studioModel.ts';

/** What can show a criterion. */
export type Asking = Prompt | Requirement;

/** Everything in a module that can show a criterion, in the order of its page; what is asked between cycles comes last. */
export function askingIn(parts: Parts, { steps, cycles }: ModulePart): Asking[] {
  const blocks = steps.flatMap((step) => step.blocks.flatMap((key) => findBlock(parts, key)?.block ?? []));
  const asking = blocks.filter((block) => block.type === 'prompt' || block.type === 'requirement');
  return cycles ? [...asking, cycles.changed] : asking;
}

interface Choice {
  /** Key of the criterion. */
  readonly criterion: string;
  /** Keys of what the choice was made among: what somebody else has added since stays as it is. */
  readonly all: readonly string[];
  /** Keys of those that show it. */
  readonly chosen: readonly string[];
}

/** Says which questions and pieces of evidence of a module show a criterion. */
export function setEvidence(parts: Parts, moduleKey: string, { criterion, all, chosen }: Choice): Changes {
  const module = findModule(parts, moduleKey);
  if (!module) return NO_CHANGES;
  const changed = askingIn(parts, module).filter(
    ({ key, criteria }) => all.includes(key) && criteria.includes(criterion) !== chosen.includes(key),
  );
  const criteriaOf = ({ key, criteria }: Asking): string[] => {
    const others = criteria.filter((one) => one !== criterion);
    return chosen.includes(key) ? [...others, criterion] : others;
  };
  const { cycles } = module;
  const between = changed.find(({ key }) => key === cycles?.changed.key);
  const blocks = changed
    .filter((one) => one !== between)
    .map((block) => ({ type: 'block' as const, block: { ...block, criteria: criteriaOf(block) } }));
  const ofModule =
    cycles && between
      ? toChanges({ ...module, cycles: withChanged(cycles, { criteria: criteriaOf(between) }) })
      : NO_CHANGES;
  return joinChanges(toChanges(...blocks), ofModule);
}
