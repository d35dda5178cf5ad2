import { useTranslation } from 'react-i18next';
import type { Step, StepKey } from '../../../../contract/content.ts';

/** The place of a step on the module's page. */
export const stepAnchor = (key: StepKey): string => `step-${key}`;

/** What people call a step: its title, otherwise the word for its kind. */
export function useStepName(): (step: Pick<Step, 'kind' | 'title'>) => string {
  const { t } = useTranslation();
  return ({ kind, title }) => title ?? t(`steps.${kind}`);
}
