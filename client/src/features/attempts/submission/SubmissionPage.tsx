import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { attemptEndpoints } from '../../../../../contract/attempts.ts';
import type { SubmissionReceipt } from '../../../../../contract/attempts.ts';
import type { ManifestPiece } from '../../../../../contract/evidence.ts';
import { pathwayEndpoints } from '../../../../../contract/pathways.ts';
import { hasCode } from '../../../api/errors.ts';
import { usePaths } from '../../../api/ApiProvider.tsx';
import { useLoad, useSend } from '../../../api/queries.ts';
import { StateChip } from '../../../components/chip/StateChip.tsx';
import { ConfirmDialog } from '../../../components/dialog/ConfirmDialog.tsx';
import { isText } from '../../../components/evidence/evidenceKinds.tsx';
import { EvidenceRow } from '../../../components/evidence/EvidenceRow.tsx';
import { Fingerprint } from '../../../components/evidence/Fingerprint.tsx';
import { Page } from '../../../components/page/Page.tsx';
import { PageTitle } from '../../../components/page/PageTitle.tsx';
import { useCycleWords } from '../../../components/steps/steps.ts';
import { Failed } from '../../../components/states/Failed.tsx';
import { Loaded } from '../../../components/states/Loaded.tsx';
import { useFormat } from '../../../i18n/FormatProvider.tsx';
import type { StateName } from '../../../theme/tokens.ts';
import { Marked } from '../../../components/words/Marked.tsx';
import './submission.css';

const CHIPS: Readonly<Record<SubmissionReceipt['state'], StateName>> = {
  waiting: 'submitted',
  in_review: 'inReview',
  returned: 'returned',
  approved: 'approved',
  taken_back: 'draft',
};

const READ_BY = { peer: 'readByPeer', nobody: 'practice', none_yet: 'noReader' } as const;

function Lead({ receipt }: { receipt: SubmissionReceipt }) {
  const { t } = useTranslation('submission');
  const format = useFormat();
  const { submittedAt, late, reviewBy, reader, state } = receipt;
  const when = { day: format.longDay(submittedAt), time: format.time(submittedAt) };
  return (
    <p className="wm-receipt-lead">
      {t(late ? 'late' : 'submitted', when)}{' '}
      {state === 'waiting' && reader !== 'reviewer' && t(READ_BY[reader])}
      {state === 'waiting' &&
        reader === 'reviewer' &&
        (reviewBy === null ? t('read') : <Marked text={t('readBy', { day: format.longDay(reviewBy) })} />)}
      {state === 'in_review' && t('reading')}
      {state === 'returned' && t('returnedText')}
      {state === 'approved' && t('approvedText')}
      {state === 'taken_back' && t('takenBackText')}
    </p>
  );
}

function usePieceName() {
  const { t } = useTranslation('submission');
  return (piece: ManifestPiece) =>
    isText(piece) ? t(`piece.${piece.kind}`, { words: piece.words }) : piece.title;
}

function Pieces({ receipt }: { receipt: SubmissionReceipt }) {
  const { t } = useTranslation('submission');
  const format = useFormat();
  const nameOf = usePieceName();
  const inCycle = useCycleWords();
  return (
    <section>
      <h2>{t('list')}</h2>
      <ul className="wm-rows wm-receipt-rows">
        {receipt.pieces.map((piece) => (
          <li key={`${piece.kind} ${piece.id}`}>
            <EvidenceRow
              look="plain"
              kind={piece.kind}
              mediaType={piece.mediaType}
              name={nameOf(piece)}
              meta={
                piece.kind === 'reflection'
                  ? inCycle(piece.cycle, piece.title) || undefined
                  : piece.size === null
                    ? undefined
                    : format.bytes(piece.size)
              }
              fingerprint={piece.sha256}
            />
          </li>
        ))}
      </ul>
      <p className="wm-small">{t(receipt.mayTakeBack ? 'frozenBack' : 'frozen')}</p>
      <p className="wm-small">
        {t('code', { code: receipt.code })} · {t('digest')}{' '}
        <Fingerprint sha256={receipt.digest} title={receipt.digest} />
      </p>
    </section>
  );
}

function TakeBack({ receipt }: { receipt: SubmissionReceipt }) {
  const { t } = useTranslation('submission');
  const navigate = useNavigate();
  const { to } = usePaths();
  const [asking, setAsking] = useState(false);
  const take = useSend(attemptEndpoints.withdraw, {
    refreshes: [attemptEndpoints.workspace, attemptEndpoints.receipt, pathwayEndpoints.map],
    onSuccess: ({ attemptId }) => navigate(to(`modules/${attemptId}`), { replace: true }),
  });
  // the dialog stays until it is done: closing it goes back in the history, which would race with the navigation
  const confirm = () => {
    take.sendAsync({ params: { id: receipt.id }, body: {} }).catch(() => setAsking(false));
  };
  return (
    <>
      <Button variant="subtle" onClick={() => setAsking(true)}>
        {t('withdraw')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('confirm.title')}
        confirm={t('confirm.yes')}
        cancel={t('confirm.no')}
        pending={take.isPending}
        onConfirm={confirm}
        onClose={() => setAsking(false)}
      >
        <p>{t('confirm.text')}</p>
      </ConfirmDialog>
      {take.error && (
        <Failed
          error={take.error}
          title={t(hasCode(take.error, 'REVIEW_STARTED', 'NOT_SUBMITTED') ? 'started' : 'failed')}
        />
      )}
    </>
  );
}

function Receipt({ receipt }: { receipt: SubmissionReceipt }) {
  const { t } = useTranslation('submission');
  const { to } = usePaths();
  const { state, attemptId, enrolmentId, mayTakeBack } = receipt;
  const toWork = state === 'returned' || state === 'taken_back';
  return (
    <div className="wm-receipt">
      <header>
        <StateChip state={CHIPS[state]} />
        <PageTitle className="wm-title">{t(`state.${state}`)}</PageTitle>
        <Lead receipt={receipt} />
      </header>
      <Pieces receipt={receipt} />
      <div className="wm-row wm-no-print">
        <Button
          component={Link}
          className="wm-main-action"
          to={to(toWork ? `modules/${attemptId}` : `pathways/${enrolmentId}`)}
        >
          {t(toWork ? 'work' : 'back')}
        </Button>
        {mayTakeBack && <TakeBack receipt={receipt} />}
      </div>
    </div>
  );
}

/** `/submissions/:submissionId`: what was frozen, its state, and withdrawing it. */
export function SubmissionPage() {
  const { t } = useTranslation('submission');
  const { submissionId = '' } = useParams();
  const receipt = useLoad(attemptEndpoints.receipt, { params: { id: submissionId } }, { staleTime: 0 });
  const { data } = receipt;
  return (
    <Page
      title={t('page')}
      width="column"
      bar={{
        kind: 'inner',
        back: data ? `modules/${data.attemptId}` : '?to=map',
        parent: t('pathway'),
        title: data?.moduleTitle ?? t('page'),
      }}
    >
      <Loaded query={receipt} skeleton="text">
        {(loaded) => <Receipt receipt={loaded} />}
      </Loaded>
    </Page>
  );
}
