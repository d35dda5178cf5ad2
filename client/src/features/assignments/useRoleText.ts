import { useTranslation } from 'react-i18next';
import type { Assignment } from '../../../../contract/assignments.ts';

/** The wording for a role: its name, where it applies, who has it. */
export function useRoleText({ person, role, course }: Pick<Assignment, 'person' | 'role' | 'course'>) {
  const { t } = useTranslation('people');
  return { person, role: t(`roles.${role}`), place: course?.title ?? t('everywhere') };
}
