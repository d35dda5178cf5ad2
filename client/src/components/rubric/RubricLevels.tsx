import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Criterion, LevelName } from '../../../../contract/pathways.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { Cairn } from '../cairn/Cairn.tsx';
import { levelsHighToLow } from './rubricModel.ts';
import type { RubricMark } from './rubricModel.ts';
import './rubric.css';

export interface RubricLevelsProps {
  criterion: Criterion;
  marks: readonly RubricMark[];
  /** Without it the levels are read-only. */
  onChoose?: ((level: LevelName) => void) | undefined;
}

function useMarkText() {
  const { t } = useTranslation();
  const format = useFormat();
  return (mark: RubricMark) => {
    if (mark.who === 'reviewer') return t('rubric.reviewerOn', { day: format.shortDay(mark.at) });
    return format.isToday(mark.at) ? t('rubric.you') : t('rubric.youOn', { day: format.shortDay(mark.at) });
  };
}

/** The four levels of a criterion, from Extends down: a radio group if one may be chosen, otherwise a list. */
export function RubricLevels({ criterion, marks, onChoose }: RubricLevelsProps) {
  const { t } = useTranslation();
  const markText = useMarkText();
  const name = useId();
  const chosen = marks.find((mark) => mark.who === 'you')?.level ?? null;
  const choosing = onChoose !== undefined;

  const rows = levelsHighToLow(criterion).map((level) => {
    const here = marks.filter((mark) => mark.level === level.name);
    const body = (
      <>
        <Cairn level={level.name} />
        <span className="wm-rubric-level-text">
          <span className="wm-rubric-level-head">
            <span className="wm-rubric-level-name">{t(`levels.${level.name}`)}</span>{' '}
            {here.length > 0 ? (
              <span className="wm-rubric-mark">{here.map(markText).join(' · ')}</span>
            ) : (
              level.name === 'meets' && <span className="wm-rubric-needed">{t('rubric.needed')}</span>
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
          value={level.name}
          checked={chosen === level.name}
          onChange={() => onChoose(level.name)}
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
