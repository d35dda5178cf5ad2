import { useTranslation } from 'react-i18next';
import { useStepNames } from '../../components/steps/steps.ts';
import { findModule } from './changes.ts';
import { useStudio } from './studioContext.ts';
import type { StepPlace } from './studioModel.ts';

/** What people call a step of any module: with the title of its module. */
export function usePlaceName(): (place: StepPlace) => string {
  const { t } = useTranslation('studio');
  const { parts } = useStudio();
  const namesOf = useStepNames();
  return ({ module: key, step: stepKey }) => {
    const module = findModule(parts, key);
    const step = module?.steps.find((one) => one.key === stepKey);
    if (!module || !step) return t('untitled');
    return t('move.stepOf', { step: namesOf(module.steps)(step), module: module.title || t('untitled') });
  };
}
