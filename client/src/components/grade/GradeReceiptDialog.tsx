import { useTranslation } from 'react-i18next';
import { receiptEndpoints } from '../../../../contract/grades.ts';
import type { DeliveryAttempt, DeliveryRow } from '../../../../contract/grades.ts';
import { useLoad } from '../../api/queries.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { Dialog } from '../dialog/Dialog.tsx';
import { Fingerprint } from '../evidence/Fingerprint.tsx';
import { Loaded } from '../states/Loaded.tsx';
import { useGradeText } from './useGradeText.ts';
import './grade.css';

function Facts({ row }: { row: DeliveryRow }) {
  const { t } = useTranslation('grade');
  const facts = [
    [t('dialog.what'), row.what],
    [t('dialog.score'), t('points', { given: row.scoreGiven, maximum: row.scoreMaximum })],
    [t('dialog.course'), row.course],
    [t('dialog.lms'), row.platform],
  ] as const;
  return (
    <dl className="wm-grade-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function describeAttempt({ kind, outcome, httpStatus }: DeliveryAttempt) {
  if (kind === 'read_back' && outcome === 'refused') return 'notShown';
  return outcome === 'passing_fault' && httpStatus !== null ? 'busy' : outcome;
}

function Try({ attempt }: { attempt: DeliveryAttempt }) {
  const { t } = useTranslation('grade');
  const format = useFormat();
  const { at, kind, httpStatus, requestHash } = attempt;
  const status = httpStatus === null ? '' : `, ${t('dialog.http', { status: String(httpStatus) })}`;
  const said = describeAttempt(attempt);
  return (
    <li className="wm-grade-try">
      <span>
        {format.moment(at)} · {t(`dialog.kind.${kind}`)}: {t(`dialog.outcome.${said}`)}
        {status}
      </span>
      {requestHash && <Fingerprint sha256={requestHash} title={`${t('dialog.hash')} ${requestHash}`} />}
    </li>
  );
}

/** The receipt of one's own score: what was sent, when, and how the LMS responded. */
export function GradeReceiptDialog({ deliveryId, onClose }: { deliveryId: string; onClose: () => void }) {
  const { t } = useTranslation('grade');
  const gradeText = useGradeText();
  const receipt = useLoad(receiptEndpoints.own, { params: { id: deliveryId } }, { staleTime: 0 });
  return (
    <Dialog opened onClose={onClose} title={t('dialog.title')}>
      <Loaded query={receipt} skeleton="text">
        {({ row, attempts }) => (
          <div className="wm-stack">
            <p className="wm-label">{gradeText(row)}</p>
            <Facts row={row} />
            <h3 className="wm-label">{t('dialog.tries')}</h3>
            {attempts.length === 0 ? (
              <p className="wm-small">{t('dialog.none')}</p>
            ) : (
              <ul className="wm-rows wm-small">
                {[...attempts]
                  .sort((a, b) => b.at.localeCompare(a.at))
                  .map((attempt) => (
                    <Try key={attempt.id} attempt={attempt} />
                  ))}
              </ul>
            )}
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}
