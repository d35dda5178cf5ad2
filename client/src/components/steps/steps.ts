import { useTranslation } from 'react-i18next';
import type { CycleNumber } from '../../../../contract/cycleNumber.ts';
import type { UnrolledStep, UnrolledStepKey } from '../../../../contract/cycles.ts';

/** The place of a step on the module's page. */
export const stepAnchor = (key: UnrolledStepKey): string => `step-${key}`;

/** "Cycle 2: " and the words, for what belongs to a cycle; the words alone for anything else. */
export function useCycleWords(): (cycle: CycleNumber, words: string) => string {
  const { t } = useTranslation();
  return (number, words) => (number === null ? words : t('cycle.titled', { number, words }));
}

/** A step as it is written, or as people go through it. */
type Named = Pick<UnrolledStep, 'key' | 'kind' | 'title'> & Partial<Pick<UnrolledStep, 'cycle'>>;

/** Place of a step among those of its kind and cycle that have no title either, from 1. */
function placeAmongAlike(steps: readonly Named[], { key, kind, cycle }: Named): number {
  const alike = steps.filter((step) => step.kind === kind && step.title === null && step.cycle === cycle);
  return alike.findIndex((step) => step.key === key) + 1;
}

/** What people call the steps of any module: `useStepName` for modules that are chosen later. */
export function useStepNames(): (steps: readonly Named[]) => (step: Named) => string {
  const { t } = useTranslation();
  const inCycle = useCycleWords();
  return (steps) => (step) => {
    const { kind, title, cycle = null } = step;
    if (title !== null) return inCycle(cycle, title);
    const name = cycle === null ? t(`steps.${kind}`) : t(`cycle.step.${kind}`, { number: cycle });
    const n = placeAmongAlike(steps, step);
    return n > 1 ? t('stepNumbered', { name, n }) : name;
  };
}

/**
 * What people call each step of a module: its title, otherwise the word for its kind, with a number from the second one on, so that no
 * two are called the same. In a practice cycle it begins with the cycle's number.
 *
 * @param steps  all steps of the module
 */
export function useStepName(steps: readonly Named[]): (step: Named) => string {
  return useStepNames()(steps);
}
