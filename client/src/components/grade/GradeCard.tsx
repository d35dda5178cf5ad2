import { useState } from 'react';
import { IconCircleCheck, IconClock, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { GradeLine } from '../../../../contract/pathways.ts';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { gradeWord } from './gradeWords.ts';
import { GradeReceiptDialog } from './GradeReceiptDialog.tsx';
import { useGradeText } from './useGradeText.ts';
import './grade.css';

function iconOf(line: GradeLine) {
  const word = gradeWord(line)?.word;
  if (word === 'inGradebook' || word === 'pointsChanged') return IconCircleCheck;
  return word === 'onTheWay' || word === 'silent' || word === 'lmsError' ? IconClock : IconInfoCircle;
}

/**
 * The state of one score, with its points, its course and its receipt. Shows nothing while there is nothing to say.
 *
 * @param named  names the link: for work that has several columns
 */
export function GradeCard({ line, named = false }: { line: GradeLine; named?: boolean }) {
  const { t } = useTranslation('grade');
  const gradeText = useGradeText();
  const [open, setOpen] = useState(false);
  const text = gradeText(line);
  if (text === null) return null;
  const Shape = iconOf(line);
  const { scoreGiven, scoreMaximum, course, deliveryId } = line;
  const points =
    scoreGiven === null || scoreMaximum === null
      ? course
      : t('pointsIn', { given: scoreGiven, maximum: scoreMaximum, course });
  return (
    <div className="wm-card wm-grade-card">
      <Shape size={22} stroke={ICON_STROKE} aria-hidden="true" />
      <div>
        {named && (
          <p className="wm-small" dir="auto">
            {line.link}
          </p>
        )}
        <p className="wm-label">{text}</p>
        {line.comparing && <p className="wm-small">{t('comparing')}</p>}
        {points && (
          <p className="wm-small" dir="auto">
            {points}
          </p>
        )}
      </div>
      {deliveryId !== null && (
        <button type="button" className="wm-link wm-small" onClick={() => setOpen(true)}>
          {t('receipt')}
        </button>
      )}
      {open && deliveryId !== null && (
        <GradeReceiptDialog deliveryId={deliveryId} onClose={() => setOpen(false)} />
      )}
    </div>
  );
}
