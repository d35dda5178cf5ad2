import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { MapModule, Run } from '../../../../contract/pathways.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { Blaze } from '../../components/logo/Logo.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { nextStep, stepPath } from './mapModel.ts';

function ModuleSteps({ steps }: { steps: MapModule['steps'] }) {
  const { t } = useTranslation('map');
  return (
    <ol className="wm-here-steps wm-plain-list" aria-label={t('here.steps')}>
      {steps.map(({ step, state }) => (
        <li
          key={step}
          data-state={state}
          {...(state === 'now' ? { 'aria-current': 'step' as const } : {})}
          aria-label={`${t(`step.${step}`)}, ${t(`stepState.${state}`)}`}
        >
          <span aria-hidden="true" {...(state === 'now' ? {} : { className: 'wm-wide-only' })}>
            {t(`step.${step}`)}
          </span>
        </li>
      ))}
    </ol>
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

/** The module where it is your turn, with the one action of the map. The only amber on the page. */
export function HereCard({ module, run }: { module: MapModule; run: Run }) {
  const { t } = useTranslation('map');
  const format = useFormat();
  const { to } = usePaths();
  const step = nextStep(module);
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
        <bdi>{module.kind}</bdi>
        <span>{minutes}</span>
        <DateLine run={run} />
      </p>
      {!returned && <ModuleSteps steps={module.steps} />}
      <div className="wm-here-actions">
        <Button component={Link} className="wm-main-action" to={to(stepPath(module.attemptId, step))}>
          {t(`here.go.${step}`)}
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
