import { useTranslation } from 'react-i18next';

/** The message for a text that is too long, or null. Nothing is cut while somebody writes or pastes: the field says so. */
export function useTooLong(): (length: number, max: number) => string | null {
  const { t } = useTranslation();
  return (length, max) => (length > max ? t('field.tooLong', { max, over: length - max }) : null);
}
