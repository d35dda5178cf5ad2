import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { deliveryEndpoints, isOwnNote } from '../../../../contract/grades.ts';
import type { DeliveryAction, DeliveryAttempt, DeliveryRow } from '../../../../contract/grades.ts';
import { useLoad } from '../../api/queries.ts';
import { shortFingerprint } from '../../components/evidence/Fingerprint.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { isReceipt } from './deliveryWords.ts';
import { useAttemptText, useDeliveryText } from './useDeliveryText.ts';

function Facts({ attempt }: { attempt: DeliveryAttempt }) {
  const { t } = useTranslation('deliveries');
  const { score } = useDeliveryText();
  const { httpStatus, lmsMessage, milliseconds, requestHash, scoreGiven, scoreMaximum, kind, outcome } =
    attempt;
  const facts = [
    ...(scoreGiven !== null && scoreMaximum !== null
      ? [[t('history.facts.score'), score(scoreGiven, scoreMaximum)] as const]
      : []),
    ...(httpStatus === null ? [] : [[t('history.facts.status'), String(httpStatus)] as const]),
    // a successful response has no message from the LMS: the one stored there is ours
    ...(lmsMessage && kind !== 'choice'
      ? [
          [
            t(`history.facts.${outcome === 'accepted' || isOwnNote(lmsMessage) ? 'note' : 'message'}`),
            lmsMessage,
          ] as const,
        ]
      : []),
    ...(milliseconds === null
      ? []
      : [[t('history.facts.time'), t('history.facts.ms', { ms: milliseconds })] as const]),
  ];
  return (
    <dl className="wm-delivery-facts wm-small">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
      {requestHash && (
        <div>
          <dt>{t('history.facts.hash')}</dt>
          <dd>
            <code className="wm-mono" title={requestHash}>
              {shortFingerprint(requestHash)}
            </code>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Line({ attempt, text }: { attempt: DeliveryAttempt; text: string }) {
  const { t } = useTranslation('deliveries');
  const format = useFormat();
  const [open, setOpen] = useState(false);
  return (
    <li className="wm-delivery-line">
      <span className="wm-small wm-tabular">{format.moment(attempt.at)}</span>
      <span>{text}</span>
      <button
        type="button"
        className="wm-link wm-small"
        aria-expanded={open}
        onClick={() => setOpen((shown) => !shown)}
      >
        {isReceipt(attempt) ? t('history.receipt') : t('history.details')}
      </button>
      {open && <Facts attempt={attempt} />}
    </li>
  );
}

export interface DeliveryHistoryProps {
  row: DeliveryRow;
  /** Actions other than the one shown in the row. */
  others: readonly DeliveryAction[];
  onAct: (action: DeliveryAction) => void;
}

/** Every attempt for one score, oldest first, and the other available actions. */
export function DeliveryHistory({ row, others, onAct }: DeliveryHistoryProps) {
  const { t } = useTranslation('deliveries');
  const attemptText = useAttemptText(row);
  const { action } = useDeliveryText();
  const query = useLoad(deliveryEndpoints.history, { params: { id: row.id } }, { staleTime: 0 });
  return (
    <section className="wm-delivery-history" aria-label={t('history.title')}>
      <Loaded query={query} skeleton="text">
        {({ attempts }) =>
          attempts.length === 0 ? (
            <p className="wm-small">{t('history.none')}</p>
          ) : (
            <ol className="wm-plain-list">
              {attempts.map((attempt) => (
                <Line key={attempt.id} attempt={attempt} text={attemptText(attempt)} />
              ))}
            </ol>
          )
        }
      </Loaded>
      {others.length > 0 && (
        <div className="wm-row">
          <span className="wm-small">{t('history.others')}</span>
          {others.map((other) => (
            <Button key={other} variant="default" size="sm" onClick={() => onAct(other)}>
              {action(other, row)}
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}
