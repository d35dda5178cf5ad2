import { useTranslation } from 'react-i18next';

/** Words for a text that is longer than is taken, or null. Nothing is cut while somebody writes or pastes: it is said. */
export function useTooLong(): (length: number, max: number) => string | null {
  const { t } = useTranslation();
  return (length, max) => (length > max ? t('field.tooLong', { max, over: length - max }) : null);
}
