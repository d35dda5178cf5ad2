import { useEffect, useMemo, useState } from 'react';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate, useParams } from 'react-router';
import { attemptEndpoints, Missing } from '../../../../../contract/attempts.ts';
import type { Workspace } from '../../../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../../../contract/pathways.ts';
import { z } from 'zod';
import { hasCode, isTransient } from '../../../api/errors.ts';
import { useApi, usePaths } from '../../../api/ApiProvider.tsx';
import { queryKeyOf, useLoad, useSend } from '../../../api/queries.ts';
import { useOnline } from '../../../api/useOnline.ts';
import { Page } from '../../../components/page/Page.tsx';
import { PageTitle } from '../../../components/page/PageTitle.tsx';
import { SaveState } from '../../../components/save/SaveState.tsx';
import { Failed } from '../../../components/states/Failed.tsx';
import { Loaded } from '../../../components/states/Loaded.tsx';
import { settleEvidence } from '../beforeSubmit.ts';
import type { TextAutosave } from '../../../autosave/texts/textAutosave.ts';
import { checkPollInterval, missingNow } from '../moduleModel.ts';
import { isAllOnServer } from '../../../autosave/textState.ts';
import { useAttemptChoices, useSaveWith } from '../../../autosave/choices/useAttemptChoices.ts';
import type { AttemptChoices } from '../../../autosave/choices/useAttemptChoices.ts';
import { useAttemptTexts, useTextsState, useSaveOf } from '../../../autosave/texts/useAttemptTexts.ts';
import { useFormat } from '../../../i18n/FormatProvider.tsx';
import { MissingList } from './MissingList.tsx';
import { Outgoing } from './Outgoing.tsx';
import { outgoingPieces, toShownPieces } from './outgoing.ts';
import type { OutgoingPiece } from './outgoing.ts';
import { SelfLevels } from './SelfLevels.tsx';
import './check.css';

type WorkspaceQuery = ReturnType<typeof useLoad<typeof attemptEndpoints.workspace>>;

/** Another window was faster, or the response to this one's submission was lost: the receipt says so. */
function isSubmitted({ state, submissionId }: Workspace): boolean {
  return submissionId !== null && (state === 'submitted' || state === 'in_review');
}

const STUDENT_DATA = ['names', 'faces', 'work', 'data'] as const;
const Details = z.object({ missing: z.array(Missing) });

function Students() {
  const { t } = useTranslation('check');
  return (
    <section>
      <h2>{t('students.title')}</h2>
      <p className="wm-small">{t('students.help')}</p>
      <ul className="wm-check-list">
        {STUDENT_DATA.map((item) => (
          <li key={item}>{t(`students.items.${item}`)}</li>
        ))}
      </ul>
    </section>
  );
}

/** Why nothing was sent: no network, texts or choices that have not arrived, or a file that should have been removed by now. */
type UnsettledReason = 'offline' | 'unsaved' | 'notOut';

interface SubmittingInput {
  query: WorkspaceQuery;
  choices: AttemptChoices;
  autosave: TextAutosave;
  /** What the page shows: nothing else may be submitted. */
  shown: readonly OutgoingPiece[];
}

/** Sends what was typed and completes removals, then submits what was shown; continues to the receipt. */
function useSubmitting({ query, choices, autosave, shown }: SubmittingInput) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { to } = usePaths();
  const api = useApi();
  const [unsettled, setUnsettled] = useState<UnsettledReason | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = useSend(attemptEndpoints.submit, {
    refreshes: [attemptEndpoints.workspace, pathwayEndpoints.map],
    // the check is over: Back from the receipt leads to the module, not here
    onSuccess: ({ id }) => navigate(to(`submissions/${id}`), { replace: true }),
  });
  const press = async () => {
    // certainly not sent, and the page says so
    if (!navigator.onLine) return setUnsettled('offline');
    setBusy(true);
    const { attemptId } = choices.workspace;
    // one's own levels are frozen with the texts
    const sent = (await Promise.all([autosave.flush(), choices.flush()])).every(Boolean);
    const settled = await settleEvidence(api, attemptId);
    setBusy(false);
    setUnsettled(sent ? (settled ? null : 'notOut') : 'unsaved');
    if (!sent || !settled) return;
    const params = { id: attemptId };
    const key = queryKeyOf(attemptEndpoints.workspace, { params });
    const now = cache.getQueryData<Workspace>(key) ?? choices.workspace;
    submit.send({
      params,
      body: { shown: toShownPieces(shown, outgoingPieces(now, autosave.state().pieces)) },
    });
  };
  const { refetch } = query;
  const changed = hasCode(submit.error, 'SUBMISSION_CHANGED');
  useEffect(() => {
    if (changed) void refetch();
  }, [changed, refetch]);
  return { press: () => void press(), unsettled, busy: busy || submit.isPending, error: submit.error };
}

interface TroubleProps {
  error: Error | null;
  unsettled: UnsettledReason | null;
  /** The obstacle is gone. */
  mended: boolean;
}

function SubmitTrouble({ error, unsettled, mended }: TroubleProps) {
  const { t } = useTranslation('check');
  const word = unsettled ?? (isTransient(error) ? 'unsure' : null);
  if (word) {
    return mended ? (
      <p role="status">{t('mended')}</p>
    ) : (
      <p className="wm-check-trouble" role="alert">
        {t(word)}
      </p>
    );
  }
  if (error === null) return null;
  if (hasCode(error, 'SUBMISSION_CHANGED')) {
    return (
      <p className="wm-check-trouble" role="alert">
        {t('changed')}
      </p>
    );
  }
  if (!hasCode(error, 'SUBMISSION_INCOMPLETE')) {
    const locked = hasCode(error, 'RUN_ARCHIVED', 'MODULE_LOCKED', 'PIECE_LOCKED');
    const already = hasCode(error, 'ALREADY_SUBMITTED');
    return <Failed error={error} title={t(already ? 'already' : locked ? 'locked' : 'failed')} />;
  }
  const details = Details.safeParse(error.details);
  const textOnly = details.success && details.data.missing.every(({ what }) => what === 'reflection');
  return (
    <p className="wm-check-trouble" role="alert">
      {t(textOnly ? 'reflectionMissing' : 'incomplete')}
    </p>
  );
}

interface MendedInput {
  query: WorkspaceQuery;
  autosave: TextAutosave;
  submitting: ReturnType<typeof useSubmitting>;
  /** Choices are being sent. */
  waiting: boolean;
}

/**
 * The condition for another submission has come true: the network is back with every text, or the server has responded after the
 * failure.
 */
function useCanResubmit({ query, autosave, submitting, waiting }: MendedInput): boolean {
  const { error, unsettled } = submitting;
  const { refetch, dataUpdatedAt } = query;
  const online = useOnline();
  const { pieces } = useTextsState(autosave);
  const [failedAt, setFailedAt] = useState(0);
  const unsure = isTransient(error);
  useEffect(() => {
    if (!unsure) return;
    setFailedAt(Date.now());
    // this says whether it was submitted; if it fails, it is retried automatically
    void refetch();
  }, [unsure, error, refetch]);
  const allIsIn = online && !waiting && isAllOnServer([...pieces.values()].map(({ state }) => state));
  if (unsettled !== null) return unsettled !== 'notOut' && allIsIn;
  return allIsIn && unsure && failedAt > 0 && dataUpdatedAt > failedAt;
}

function Check({ workspace: loaded, query }: { workspace: Workspace; query: WorkspaceQuery }) {
  const { t } = useTranslation('check');
  const format = useFormat();
  const navigate = useNavigate();
  const { to } = usePaths();
  const choices = useAttemptChoices(loaded);
  const { workspace } = choices;
  const autosave = useAttemptTexts(workspace.attemptId, workspace.drafts);
  const { pieces } = useTextsState(autosave);
  const outgoing = useMemo(() => outgoingPieces(workspace, pieces), [workspace, pieces]);
  const submitting = useSubmitting({ query, choices, autosave, shown: outgoing });
  const mended = useCanResubmit({ query, autosave, submitting, waiting: choices.waiting });
  const missing = useMemo(() => missingNow(workspace, pieces), [workspace, pieces]);
  const again = workspace.round > 1;
  const { submitBy } = workspace.run;
  const late = submitBy !== null && new Date(submitBy) < new Date();
  const values = { module: workspace.module.title };
  const byReviewer = again ? 'leadAgain' : 'lead';
  const lead = workspace.module.reviewedBy === 'peer' ? 'leadPeer' : byReviewer;
  return (
    <div className="wm-checkup">
      <header>
        <PageTitle>{t('head')}</PageTitle>
        <p>{t(lead, values)}</p>
        {late && <p className="wm-small">{t('late', { day: format.day(submitBy) })}</p>}
      </header>
      <MissingList workspace={workspace} missing={missing} />
      <Outgoing pieces={outgoing} workspace={workspace} />
      <SelfLevels choices={choices} />
      <Students />
      <SubmitTrouble error={submitting.error} unsettled={submitting.unsettled} mended={mended} />
      <div className="wm-row">
        <Button className="wm-main-action" loading={submitting.busy} onClick={submitting.press}>
          {t(again ? 'again' : 'submit')}
        </Button>
        <Button variant="subtle" onClick={() => void navigate(to(`modules/${workspace.attemptId}`))}>
          {t('back')}
        </Button>
      </div>
    </div>
  );
}

function Save({ workspace }: { workspace: Workspace }) {
  const autosave = useAttemptTexts(workspace.attemptId, workspace.drafts);
  const save = useSaveWith(useSaveOf(autosave), useAttemptChoices(workspace));
  return <SaveState save={save} textToCopy={() => autosave.unsentText()} />;
}

/**
 * `/modules/:attemptId/check`: what is missing, what will be submitted, one's own levels, students' data; then it is submitted.
 */
export function CheckPage() {
  const { t } = useTranslation('check');
  const { to } = usePaths();
  const { attemptId = '' } = useParams();
  const workspace = useLoad(
    attemptEndpoints.workspace,
    { params: { id: attemptId } },
    {
      staleTime: 0,
      lookAgain: checkPollInterval,
    },
  );
  return (
    <Page
      title={t('title')}
      width="column"
      bar={{
        kind: 'inner',
        back: `modules/${attemptId}`,
        parent: workspace.data?.module.title ?? t('parent'),
        title: t('title'),
      }}
      {...(workspace.data ? { save: <Save workspace={workspace.data} /> } : {})}
    >
      <Loaded query={workspace} skeleton="text">
        {(data) =>
          isSubmitted(data) ? (
            <Navigate replace to={to(`submissions/${data.submissionId}`)} />
          ) : (
            <Check workspace={data} query={workspace} />
          )
        }
      </Loaded>
    </Page>
  );
}
