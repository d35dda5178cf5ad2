import { useTranslation } from 'react-i18next';
import { DeliveryAction, isOwnNote } from '../../../../contract/deliveries.ts';
import type { DeliveryAttempt, DeliveryRow } from '../../../../contract/deliveries.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { happenedWord, shownInLms } from './deliveryWords.ts';

type Action = DeliveryAction;

/** "Accepted today, 14:03", "Five tries since 14:20. Next try 16:25, or now." */
function useWhy(): (row: DeliveryRow) => string {
  const { t } = useTranslation('deliveries');
  const format = useFormat();
  const tries = ({ tries: count, triedSince, nextAt }: DeliveryRow) => [
    ...(count > 0 && triedSince ? [t('tries', { tries: count, since: format.moment(triedSince) })] : []),
    ...(nextAt ? [t('nextTry', { when: format.moment(nextAt) })] : []),
  ];
  return (row) => {
    const word = happenedWord(row);
    const { platform, person, scoreGiven: given, scoreMaximum: maximum, acceptedAt } = row;
    if (word === 'accepted') {
      const when = acceptedAt
        ? t('why.accepted', { when: format.moment(acceptedAt) })
        : t('why.acceptedUnknown');
      return row.unread ? `${when} ${t('why.unread', { platform })}` : when;
    }
    if (word === 'lms_silent' || (word === 'lms_error' && row.state === 'waiting')) {
      const said = tries(row);
      return said.length > 0 ? said.join(' ') : t('why.lms_silent');
    }
    return t(`why.${word}`, { platform, person, given, maximum });
  };
}

/** The sentences of a row: what happened, why, and the words of its actions. */
export function useDeliveryText() {
  const { t } = useTranslation('deliveries');
  const format = useFormat();
  const why = useWhy();
  return {
    happened: (row: DeliveryRow) => {
      const word = happenedWord(row);
      const value = word === 'pointsChanged' ? shownInLms(row) : row.lmsValue;
      if (word === 'changed_in_lms') {
        return value === null ? t('happened.changed_unknown') : t('happened.changed_in_lms', { value });
      }
      if (word === 'pointsChanged') {
        return value === null
          ? t('happened.accepted')
          : t('happened.pointsChanged', { value, maximum: row.lmsMaximum ?? 0 });
      }
      if (word === 'lms_silent' && row.lmsMessage && !isOwnNote(row.lmsMessage)) {
        return t('happened.lms_busy');
      }
      return t(`happened.${word}`);
    },
    why,
    score: (given: number, maximum: number) => t('score', { given, maximum }),
    action: (action: Action, row: DeliveryRow) => {
      if (action === 'keep_theirs') {
        return row.lmsValue === null
          ? t('action.keep_theirs_unknown')
          : t('action.keep_theirs', { value: format.number(row.lmsValue) });
      }
      if (action === 'send_ours') return t('action.send_ours', { value: format.number(row.scoreGiven) });
      return t(`action.${action}`);
    },
  };
}

/** One line of a score's history. */
export function useAttemptText(row: DeliveryRow): (attempt: DeliveryAttempt) => string {
  const { t } = useTranslation('deliveries');
  const text = useDeliveryText();
  return (attempt) => {
    if (attempt.kind === 'choice') {
      const action = DeliveryAction.safeParse(attempt.lmsMessage);
      const choice = action.success ? text.action(action.data, row) : (attempt.lmsMessage ?? '');
      return attempt.by
        ? t('history.line.choice', { by: attempt.by, choice })
        : t('history.line.choiceAlone', { choice });
    }
    const { reason, lmsMessage } = attempt;
    const why = reason === 'none' ? (lmsMessage ?? '') : text.happened({ ...row, reason });
    const line = t(`history.line.${attempt.kind}.${attempt.outcome}`, {
      given: attempt.scoreGiven ?? row.scoreGiven,
      maximum: attempt.scoreMaximum ?? row.scoreMaximum,
      why,
    });
    const refused = attempt.outcome !== 'accepted' && attempt.httpStatus !== null;
    return refused ? `${line} (${attempt.httpStatus})` : line;
  };
}
