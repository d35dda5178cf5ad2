import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/FormatProvider.tsx';

export type CriterionNames = readonly { readonly key: string; readonly code: string }[];

/** Says "Speaks to A and C" of criterion keys; empty where a piece speaks to none. */
export function useSpeaksTo(criteria: CriterionNames): (keys: readonly string[]) => string {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  return (keys) => {
    const codes = criteria.filter(({ key }) => keys.includes(key)).map(({ code }) => code);
    return codes.length === 0 ? '' : t('evidence.speaksTo', { criteria: format.list(codes) });
  };
}
