import { useEffect } from 'react';
import { Button } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { attemptEndpoints } from '../../../../contract/attempts.ts';
import type { Workspace } from '../../../../contract/attempts.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { Badge } from '../../components/badge/Badge.tsx';
import { LevelOf } from '../../components/cairn/Cairn.tsx';
import { StateChip } from '../../components/chip/StateChip.tsx';
import { GradeCard } from '../../components/grade/GradeCard.tsx';
import { OutsideCourse } from '../../components/grade/OutsideCourse.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { CriterionCode } from '../../components/rubric/CriterionCode.tsx';
import { RubricLevels } from '../../components/rubric/RubricLevels.tsx';
import { PlainWords } from '../../components/words/Words.tsx';
import { EarlierRounds } from './EarlierRounds.tsx';
import { VersionLine } from './VersionLine.tsx';
import { marksOf } from './moduleModel.ts';
import { Marked } from '../../components/words/Marked.tsx';
import '../../components/module/module.css';

const LOOK_AGAIN_MS = 4000;

/** Reads again while a score is being sent or compared with the LMS, so that the outcome appears on its own. */
function useGradesArriving({ grades }: Workspace): void {
  const cache = useQueryClient();
  const moving = grades.some(
    ({ state, comparing }) => comparing || state === 'queued' || state === 'sending' || state === 'waiting',
  );
  useEffect(() => {
    if (!moving) return undefined;
    const look = () => void cache.invalidateQueries({ queryKey: [attemptEndpoints.workspace.path] });
    const timer = setInterval(look, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [cache, moving]);
}

function Head({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const { to } = usePaths();
  const { award, pathwayAward, module, next, enrolmentId, pathway } = workspace;
  const values = { module: module.title, achievement: award?.achievement ?? '' };
  return (
    <header className="wm-earned-head">
      {award && (
        <Badge
          strand={pathway.strand}
          level={award.badgeLevel}
          achievementId={award.achievementKey}
          name={award.achievement}
          size={192}
        />
      )}
      <div className="wm-earned-text">
        <StateChip state="approved" />
        <PageTitle className="wm-display">{t('approved.title')}</PageTitle>
        <p className="wm-earned-lead">
          {award ? <Marked text={t('approved.text', values)} /> : t('approved.textPlain', values)}
        </p>
        <VersionLine workspace={workspace} />
        {pathwayAward && (
          <div className="wm-row">
            <Badge
              strand={pathway.strand}
              level={pathwayAward.badgeLevel}
              kind="pathway"
              achievementId={pathwayAward.achievementKey}
              name={pathwayAward.achievement}
              size={96}
            />
            <p>
              <Marked
                text={t('approved.pathway', {
                  pathway: pathway.title,
                  achievement: pathwayAward.achievement,
                })}
              />
            </p>
          </div>
        )}
        <div className="wm-row">
          <Button
            component={Link}
            className="wm-main-action"
            to={to(next ? `modules/${next.attemptId}` : `pathways/${enrolmentId}`)}
          >
            {next ? t('approved.next', { title: next.title }) : t('approved.back')}
          </Button>
        </div>
      </div>
    </header>
  );
}

function WhatWasSeen({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const { to } = usePaths();
  const { feedback, module, submissionId } = workspace;
  const marks = marksOf(workspace);
  return (
    <section>
      <h2>{t('approved.saw', { as: feedback?.judgedAs ?? 'reviewer' })}</h2>
      <ul className="wm-rows wm-seen">
        {module.criteria.map((criterion) => {
          const { key, code, title } = criterion;
          const seen = feedback?.criteria.find(({ criterionKey }) => criterionKey === key);
          return (
            <li key={key}>
              <div className="wm-seen-head">
                <CriterionCode code={code} />
                <h3 className="wm-label" dir="auto">
                  {title}
                </h3>
                {seen && <LevelOf scale={module.scale} level={seen.level} />}
              </div>
              {seen?.comment && (
                <PlainWords size="small" quoted>
                  {seen.comment}
                </PlainWords>
              )}
              <div className="wm-print-only">
                <RubricLevels scale={module.scale} criterion={criterion} marks={marks[criterion.key] ?? []} />
              </div>
            </li>
          );
        })}
      </ul>
      {feedback?.summary && <PlainWords quoted>{feedback.summary}</PlainWords>}
      <EarlierRounds workspace={workspace} />
      {submissionId !== null && (
        <Link className="wm-link wm-small wm-seen-link" to={to(`submissions/${submissionId}`)}>
          <IconFileText size={18} stroke={ICON_STROKE} aria-hidden="true" />
          {t('approved.submitted')}
        </Link>
      )}
    </section>
  );
}

/** The module once it is approved: the badge, what the reviewer wrote, and the state of the grade. */
export function ApprovedPage({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const { module, enrolmentId, grades } = workspace;
  useGradesArriving(workspace);
  return (
    <Page
      title={module.title}
      bar={{
        kind: 'inner',
        back: `pathways/${enrolmentId}`,
        parent: t('pathway'),
        title: module.title,
      }}
    >
      <Head workspace={workspace} />
      <div className="wm-earned-body">
        <WhatWasSeen workspace={workspace} />
        <div className="wm-earned-cards">
          <OutsideCourse grades={grades} />
          {grades.map((line, index) => (
            <GradeCard key={line.deliveryId ?? index} line={line} named={grades.length > 1} />
          ))}
        </div>
      </div>
    </Page>
  );
}
