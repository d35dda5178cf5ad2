import { VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { MapModule } from '../../../../contract/pathways.ts';
import { Level } from '../cairn/Cairn.tsx';
import { StateChip, stateOfAttempt } from '../chip/StateChip.tsx';
import { OpensAfterText } from '../opens/OpensAfterText.tsx';
import { useOpensAfter } from '../opens/useOpensAfter.ts';
import { useGradeText } from '../grade/useGradeText.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import type { PathTo } from './mapModel.ts';
import { NotAskedText } from './NotAskedText.tsx';

function Chip({ module }: { module: MapModule }) {
  const words = useStateWords();
  const state = module.opensAfter ? 'locked' : stateOfAttempt(module.state);
  return <StateChip state={state}>{words(module)}</StateChip>;
}

/** What the chip says. What need not be begun is no open task. */
function useStateWords(): (module: MapModule) => string {
  const { t } = useTranslation('map');
  const opens = useOpensAfter();
  return ({ opensAfter, notAsked, state }) => {
    if (opensAfter) return opens.short(opensAfter);
    if (notAsked?.why === 'enough' && state === 'not_started') return t('notAsked.optional');
    return t(`states.${stateOfAttempt(state)}`, { ns: 'common' });
  };
}

/**
 * A module where it is not your turn: title, facts, state, and the state of its grade. It can always be opened; locked ones are
 * read-only.
 */
export function ModuleRow({ module, pathTo }: { module: MapModule; pathTo: PathTo }) {
  const { t } = useTranslation('map');
  const { t: grade } = useTranslation('grade');
  const format = useFormat();
  const gradeText = useGradeText();
  const state = useStateWords()(module);
  return (
    <div className="wm-map-row">
      <h2 className="wm-subheading">
        <VisuallyHidden component="span">{t('position', { n: module.position, state })} </VisuallyHidden>
        <Link className="wm-map-link" dir="auto" to={pathTo(module)}>
          {module.title}
        </Link>
      </h2>
      <Chip module={module} />
      <div className="wm-map-row-text">
        <p className="wm-facts wm-small">
          {module.label && <bdi>{module.label}</bdi>}
          <span>{format.minutes(module.minutes)}</span>
          {module.level && <Level level={module.level} />}
        </p>
        {module.notAsked && <NotAskedText notAsked={module.notAsked} />}
        {module.opensAfter && (
          <OpensAfterText className="wm-small" opensAfter={module.opensAfter} reader="own">
            {t('lookInside')}
          </OpensAfterText>
        )}
        {module.grades.map((line, index) => {
          const text = gradeText(line);
          return text === null ? null : (
            <p key={line.deliveryId ?? index} className="wm-small">
              {module.grades.length > 1 ? grade('ofLink', { link: line.link, text }) : text}
              {line.comparing && <> · {grade('comparing')}</>}
            </p>
          );
        })}
      </div>
    </div>
  );
}
