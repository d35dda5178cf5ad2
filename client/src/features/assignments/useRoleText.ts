import { useTranslation } from 'react-i18next';
import type { Assignment } from '../../../../contract/assignments.ts';

/** The words of a role: what it is called, where it holds, whose it is. */
export function useRoleText({ person, role, course }: Pick<Assignment, 'person' | 'role' | 'course'>) {
  const { t } = useTranslation('people');
  return { person, role: t(`roles.${role}`), place: course?.title ?? t('everywhere') };
}
