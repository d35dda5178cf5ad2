import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { MapModule, Run } from '../../../../contract/pathways.ts';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { Blaze } from '../logo/Logo.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { useStepName } from '../steps/steps.ts';
import { nextStep } from './mapModel.ts';
import type { NextStep, PathTo } from './mapModel.ts';

/** More than this many, as in a practice cycle, leave no room for their names side by side. */
const NAMED_MAX = 5;

function ModuleSteps({ steps }: { steps: MapModule['steps'] }) {
  const { t } = useTranslation('map');
  const nameOf = useStepName(steps);
  const areNamed = steps.length <= NAMED_MAX;
  const current = steps.find(({ state }) => state === 'now');
  return (
    <>
      <ol className="wm-here-steps wm-plain-list" aria-label={t('here.steps')}>
        {steps.map(({ state, ...step }) => (
          <li
            key={step.key}
            data-state={state}
            {...(state === 'now' ? { 'aria-current': 'step' as const } : {})}
            aria-label={`${nameOf(step)}, ${t(`stepState.${state}`)}`}
          >
            {areNamed && (
              <span aria-hidden="true" dir="auto" {...(state === 'now' ? {} : { className: 'wm-wide-only' })}>
                {nameOf(step)}
              </span>
            )}
          </li>
        ))}
      </ol>
      {!areNamed && current && (
        <p className="wm-here-step" aria-hidden="true" dir="auto">
          {nameOf(current)}
        </p>
      )}
    </>
  );
}

function DateLine({ run }: { run: Run }) {
  const { t } = useTranslation('map');
  const format = useFormat();
  if (run.submitBy === null) return null;
  const day = format.day(run.submitBy);
  const late = new Date(run.submitBy) < new Date();
  return <span>{late ? t('here.late', { day }) : t('here.submitBy', { day })}</span>;
}

/** What the one button says. */
function useGoWords(steps: MapModule['steps']): (next: NextStep) => string {
  const { t } = useTranslation('map');
  const nameOf = useStepName(steps);
  return (next) => {
    if (typeof next !== 'object') return t(`here.go.${next}`);
    const hasName = next.title !== null || next.cycle !== null;
    return hasName ? t('here.go.titled', { title: nameOf(next) }) : t(`here.go.${next.kind}`);
  };
}

/** The module where it is your turn, with the one action of the map. The only amber on the page. */
export function HereCard({ module, run, pathTo }: { module: MapModule; run: Run; pathTo: PathTo }) {
  const { t } = useTranslation('map');
  const format = useFormat();
  const goWords = useGoWords(module.steps);
  const next = nextStep(module);
  const returned = module.state === 'returned';
  const minutes =
    module.minutesLeft === module.minutes || returned
      ? format.minutes(module.minutes)
      : t('here.minutes', {
          all: format.minutes(module.minutes),
          left: format.minutes(module.minutesLeft),
        });
  return (
    <div className="wm-card wm-card-lifted wm-here">
      <p className="wm-here-word">
        <Blaze />
        {returned ? t('here.returned') : t('here.now')}
      </p>
      <h2 className="wm-heading" dir="auto">
        {module.title}
      </h2>
      <p className="wm-facts wm-small">
        {module.label && <bdi>{module.label}</bdi>}
        <span>{minutes}</span>
        <DateLine run={run} />
      </p>
      {!returned && <ModuleSteps steps={module.steps} />}
      <div className="wm-here-actions">
        <Button component={Link} className="wm-main-action" to={pathTo(module, next)}>
          {goWords(next)}
        </Button>
        {module.draftSavedAt !== null && (
          <span className="wm-small wm-here-saved">
            <IconCheck size={16} stroke={ICON_STROKE} aria-hidden="true" />
            {t('here.draft', { when: format.moment(module.draftSavedAt) })}
          </span>
        )}
      </div>
    </div>
  );
}
