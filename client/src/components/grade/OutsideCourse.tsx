import { IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { GradeLine } from '../../../../contract/pathways.ts';
import { useSession } from '../../api/ApiProvider.tsx';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import './grade.css';

/** Says that nothing can be graded: the link was opened outside a course, and no course has a column for this work. */
export function OutsideCourse({ grades }: { grades: readonly GradeLine[] }) {
  const { t } = useTranslation('grade');
  const { course } = useSession();
  if (course !== null || grades.length > 0) return null;
  return (
    <div className="wm-card wm-grade-card">
      <IconInfoCircle size={22} stroke={ICON_STROKE} aria-hidden="true" />
      <p>{t('outsideCourse')}</p>
    </div>
  );
}
