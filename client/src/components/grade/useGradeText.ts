import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { gradeWord } from './gradeWords.ts';
import type { GradeFacts } from './gradeWords.ts';

/** Says the state of a score, in the person's language; null if there is nothing to say. Needs the area `grade`. */
export function useGradeText(): (facts: GradeFacts) => string | null {
  const { t } = useTranslation('grade');
  const format = useFormat();
  return useCallback(
    (facts) => {
      const said = gradeWord(facts);
      if (said === null) return null;
      switch (said.word) {
        case 'inGradebook': {
          const when = format.isToday(said.at) ? format.time(said.at) : format.moment(said.at);
          return t('inGradebook', { when });
        }
        case 'changed':
          return said.value === null ? t('changedUnknown') : t('changed', { value: said.value });
        case 'pointsChanged':
          return t('pointsChanged', { value: said.value, maximum: said.maximum });
        default:
          return t(said.word);
      }
    },
    [t, format],
  );
}
