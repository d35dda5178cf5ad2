import { useId } from 'react';
import { CloseButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { GradeRule, POINTS_MAX } from '../../../../contract/deepLinking.ts';
import type { Picker } from '../../../../contract/deepLinking.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { nameOf, pointsOf } from './pickModel.ts';
import type { Pick } from './pickModel.ts';

interface ChosenProps {
  picker: Picker;
  picks: readonly Pick[];
  /** Name of the item that the LMS or the rules refused, and why. */
  problem: { readonly name: string; readonly text: string } | null;
  onChange: (pick: Pick) => void;
  onRemove: (pick: Pick) => void;
}

interface FieldProps {
  pick: Pick;
  onChange: (pick: Pick) => void;
}

type CardProps = Omit<ChosenProps, 'picks' | 'problem'> & { pick: Pick; problem: string | null };

function Points({ pick, onChange }: FieldProps) {
  const { t } = useTranslation('pick');
  const wrong = pointsOf(pick.points) === null;
  return (
    <label className="wm-pick-points">
      <input
        id={`points-${nameOf(pick)}`}
        className="wm-input wm-tabular"
        inputMode="numeric"
        aria-label={t('pointsOf', { title: pick.title })}
        aria-invalid={wrong}
        aria-describedby={`points-${nameOf(pick)}-wrong`}
        value={pick.points}
        onChange={(event) => onChange({ ...pick, points: event.target.value })}
      />
      <span aria-hidden="true">{t('points')}</span>
    </label>
  );
}

function Rule({ pick, onChange }: FieldProps) {
  const { t } = useTranslation('pick');
  const whole = pick.moduleKey === null;
  const rules = GradeRule.options.filter((rule) => rule !== 'share' || whole);
  const word = (rule: GradeRule) =>
    rule === 'approved' && whole ? t('rules.approvedPathway') : t(`rules.${rule}`);
  return (
    <span className="wm-select">
      <select
        className="wm-input"
        aria-label={t('ruleOf', { title: pick.title })}
        value={pick.rule}
        onChange={(event) => onChange({ ...pick, rule: GradeRule.parse(event.target.value) })}
      >
        {rules.map((rule) => (
          <option key={rule} value={rule}>
            {word(rule)}
          </option>
        ))}
      </select>
      <IconChevronDown size={16} stroke={ICON_STROKE} aria-hidden="true" />
    </span>
  );
}

function Card({ picker, pick, problem, onChange, onRemove }: CardProps) {
  const { t } = useTranslation('pick');
  const format = useFormat();
  const id = useId();
  const time = format.minutes(pick.minutes);
  const graded = pick.rule !== 'none';
  const kind = `${pick.moduleKey === null ? 'pathway' : 'module'}${graded ? '' : 'NoGrade'}` as const;
  const wrong = graded && pointsOf(pick.points) === null;
  return (
    <li className="wm-pick-card" aria-labelledby={id} data-problem={problem !== null || wrong}>
      <div className="wm-pick-card-top">
        <h3 id={id} dir="auto">
          {pick.title}
        </h3>
        <CloseButton aria-label={t('remove', { title: pick.title })} onClick={() => onRemove(pick)} />
      </div>
      <p className="wm-small">
        {pick.moduleLabel === null
          ? t('wholeFacts', { modules: pick.modules, time })
          : t('moduleFacts', { label: pick.moduleLabel, time })}
      </p>
      <p className="wm-small">{t(`kinds.${kind}`)}</p>
      {pick.inCourse && <p className="wm-small">{t('again')}</p>}
      {picker.columns && (
        <div className="wm-pick-grade">
          {graded && <Points pick={pick} onChange={onChange} />}
          <Rule pick={pick} onChange={onChange} />
        </div>
      )}
      <p id={`points-${nameOf(pick)}-wrong`} className="wm-field-problem">
        {problem ?? (wrong ? t('pointsWrong', { max: POINTS_MAX }) : '')}
      </p>
    </li>
  );
}

/** What will be added to the course: one card per link with its points and its rule. */
export function ChosenLinks({ picker, picks, problem, onChange, onRemove }: ChosenProps) {
  const { t } = useTranslation('pick');
  return (
    <>
      <h2 className="wm-label" tabIndex={-1} id="chosen">
        {t('adding', { count: picks.length })}
      </h2>
      <ul className="wm-plain-list wm-pick-cards">
        {picks.map((pick) => (
          <Card
            key={nameOf(pick)}
            picker={picker}
            pick={pick}
            onChange={onChange}
            onRemove={onRemove}
            problem={problem?.name === nameOf(pick) ? problem.text : null}
          />
        ))}
      </ul>
      {!picker.multiple && <p className="wm-small">{t('note.one')}</p>}
      {!picker.columns && <p className="wm-small">{t('note.noColumns')}</p>}
      <p className="wm-small">{t('note.modules')}</p>
    </>
  );
}
