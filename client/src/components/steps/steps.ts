import { useTranslation } from 'react-i18next';
import type { Step, StepKey } from '../../../../contract/content.ts';

/** The place of a step on the module's page. */
export const stepAnchor = (key: StepKey): string => `step-${key}`;

type Named = Pick<Step, 'key' | 'kind' | 'title'>;

/** Place of a step among those of its kind that have no title either, from 1. */
function placeAmongAlike(steps: readonly Named[], { key, kind }: Named): number {
  const alike = steps.filter((step) => step.kind === kind && step.title === null);
  return alike.findIndex((step) => step.key === key) + 1;
}

/** What people call the steps of any module: `useStepName` for modules that are chosen later. */
export function useStepNames(): (steps: readonly Named[]) => (step: Named) => string {
  const { t } = useTranslation();
  return (steps) => (step) => {
    if (step.title !== null) return step.title;
    const name = t(`steps.${step.kind}`);
    const n = placeAmongAlike(steps, step);
    return n > 1 ? t('stepNumbered', { name, n }) : name;
  };
}

/**
 * What people call each step of a module: its title, otherwise the word for its kind, with a number from the second one on, so that no
 * two are called the same.
 *
 * @param steps  all steps of the module
 */
export function useStepName(steps: readonly Named[]): (step: Named) => string {
  return useStepNames()(steps);
}
