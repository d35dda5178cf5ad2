import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Workspace } from '../../../../contract/attempts.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { StateChip, stateOfAttempt } from '../../components/chip/StateChip.tsx';
import { OpensAfterText } from '../../components/opens/OpensAfterText.tsx';
import { NotAskedText } from '../../components/pathwayMap/NotAskedText.tsx';
import { Archived } from '../../components/states/Archived.tsx';
import { CriterionCode } from '../../components/rubric/CriterionCode.tsx';
import { Blaze } from '../../components/logo/Logo.tsx';
import { PlainWords } from '../../components/words/Words.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { VersionLine } from './VersionLine.tsx';
import { codesOf, openCriteria } from './moduleModel.ts';

/** On a module that was returned: what to revise, what stays, and why. */
function ReturnedCard({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const { feedback, module } = workspace;
  if (!feedback) return null;
  const count = openCriteria(workspace).length;
  const all = module.criteria.length;
  const asked = feedback.criteria.filter(({ reopened, comment }) => reopened && comment !== '');
  return (
    <section className="wm-card wm-card-here wm-returned">
      <Blaze />
      <div>
        <h2>{t('returned.title', { count })}</h2>
        <p className="wm-small">
          {t('returned.when', { when: format.moment(feedback.decidedAt) })}{' '}
          {t('returned.kept', { kept: all - count, all })}
        </p>
        {feedback.summary && <PlainWords quoted>{feedback.summary}</PlainWords>}
        {/* beside the work the rubric says it; on a phone the rubric comes after all of the work */}
        {asked.map(({ criterionKey, comment }) => (
          <div key={criterionKey} className="wm-returned-comment">
            {codesOf(workspace, [criterionKey]).map((code) => (
              <CriterionCode key={code} code={code} tone="here" />
            ))}
            <PlainWords size="small" quoted>
              {comment}
            </PlainWords>
          </div>
        ))}
        <p className="wm-small">
          {t('returned.by', { as: feedback.judgedAs, code: feedback.submissionCode })}
        </p>
      </div>
    </section>
  );
}

function Waiting({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const { to } = usePaths();
  const { state, run, submissionId } = workspace;
  const words =
    state === 'in_review'
      ? t('notice.inReview')
      : run.reviewBy === null
        ? t('notice.submitted')
        : t('notice.submittedBy', { day: format.day(run.reviewBy) });
  return (
    <div className="wm-notice-line">
      <StateChip state={stateOfAttempt(state)} />
      <p>{words}</p>
      {submissionId !== null && (
        <Link className="wm-link" to={to(`submissions/${submissionId}`)}>
          {t('foot.receipt')}
        </Link>
      )}
    </div>
  );
}

/** What has to be said before the work: returned, under review, locked, from an earlier run or version. */
export function StateNotice({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const { to } = usePaths();
  const { state, run, opensAfter, notAsked, enrolmentId, former, ofVersion } = workspace;
  return (
    <>
      {run.state === 'archived' && <Archived current="?to=map" />}
      {state === 'returned' && !former && <ReturnedCard workspace={workspace} />}
      {(state === 'submitted' || state === 'in_review') && <Waiting workspace={workspace} />}
      {ofVersion !== null && (
        <div className="wm-notice-line">
          <VersionLine workspace={workspace} />
        </div>
      )}
      {opensAfter && (
        <div className="wm-notice-line">
          <StateChip state="locked" />
          <OpensAfterText opensAfter={opensAfter} reader="own">
            {t('notice.locked')}
          </OpensAfterText>
          <Link className="wm-link" to={to(`pathways/${enrolmentId}`)}>
            {t('foot.back')}
          </Link>
        </div>
      )}
      {notAsked && (
        <div className="wm-notice-line">
          <NotAskedText notAsked={notAsked} />
        </div>
      )}
    </>
  );
}
