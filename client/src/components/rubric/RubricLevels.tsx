import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Criterion, LevelKey, Scale } from '../../../../contract/content.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { Cairn } from '../cairn/Cairn.tsx';
import { levelName, placeOf } from '../levels/levelPlaces.ts';
import { levelsHighToLow } from './rubricModel.ts';
import type { RubricMark } from './rubricModel.ts';
import './rubric.css';

export interface RubricLevelsProps {
  scale: Scale;
  criterion: Criterion;
  marks: readonly RubricMark[];
  /** Without it the levels are read-only. */
  onChoose?: ((level: LevelKey) => void) | undefined;
}

function useMarkText() {
  const { t } = useTranslation();
  const format = useFormat();
  return (mark: RubricMark) => {
    if (mark.who === 'reviewer') return t('rubric.reviewerOn', { day: format.shortDay(mark.at) });
    if (mark.who === 'peer') return t('rubric.colleagueOn', { day: format.shortDay(mark.at) });
    return format.isToday(mark.at) ? t('rubric.you') : t('rubric.youOn', { day: format.shortDay(mark.at) });
  };
}

/** The levels of a criterion, from the highest down: a radio group if one may be chosen, otherwise a list. */
export function RubricLevels({ scale, criterion, marks, onChoose }: RubricLevelsProps) {
  const { t } = useTranslation();
  const markText = useMarkText();
  const name = useId();
  const chosen = marks.find((mark) => mark.who === 'you')?.level ?? null;
  const choosing = onChoose !== undefined;

  const rows = levelsHighToLow(criterion).map((level) => {
    const here = marks.filter((mark) => mark.level === level.level);
    const body = (
      <>
        <Cairn place={placeOf(scale, level.level)} />
        <span className="wm-rubric-level-text">
          <span className="wm-rubric-level-head">
            <bdi className="wm-rubric-level-name">{levelName(scale, level.level)}</bdi>{' '}
            {here.length > 0 ? (
              <span className="wm-rubric-mark">{here.map(markText).join(' · ')}</span>
            ) : (
              level.level === scale.meets && <span className="wm-rubric-needed">{t('rubric.needed')}</span>
            )}
          </span>{' '}
          <span className="wm-rubric-descriptor" dir="auto">
            {level.descriptor}
          </span>
        </span>
      </>
    );
    if (!choosing) {
      return (
        <li key={level.key} className="wm-rubric-level" data-marked={here.length > 0}>
          {body}
        </li>
      );
    }
    return (
      <label key={level.key} className="wm-rubric-level" data-marked={here.length > 0} data-choosing="true">
        <input
          className="wm-rubric-radio"
          type="radio"
          name={name}
          value={level.level}
          checked={chosen === level.level}
          onChange={() => onChoose(level.level)}
        />
        {body}
      </label>
    );
  });

  if (!choosing) return <ul className="wm-rubric-levels wm-plain-list">{rows}</ul>;
  return (
    <div className="wm-rubric-levels" role="radiogroup" aria-label={`${criterion.code} ${criterion.title}`}>
      {rows}
    </div>
  );
}
