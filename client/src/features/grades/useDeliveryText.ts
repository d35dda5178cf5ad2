import { useTranslation } from 'react-i18next';
import { DeliveryAction } from '../../../../contract/grades.ts';
import type { DeliveryAttempt, DeliveryRow } from '../../../../contract/grades.ts';
import type { HappenedWord } from './deliveryWords.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { happenedWord, outcomeWord, shownInLms, waitingWord } from './deliveryWords.ts';

type Action = DeliveryAction;

/** How many tries have failed, and when the next one is: "Five tries since 14:20. Next try 16:25, or now." */
function useTries(): (row: DeliveryRow) => string[] {
  const { t } = useTranslation('deliveries');
  const format = useFormat();
  return (row) => {
    const { tries: count, triedSince, nextAt, state, platform } = row;
    // nothing was sent to a platform that is disabled
    const isTried = count > 0 && triedSince !== null && waitingWord(row) !== 'switchedOff';
    const tried = isTried ? [t('tries', { tries: count, since: format.moment(triedSince) })] : [];
    if (state === 'held') return [...tried, t('why.given_up')];
    if (state === 'sending') return [...tried, t('sending')];
    if (nextAt === null || new Date(nextAt) <= new Date()) return [...tried, t('nextTrySoon')];
    const when = format.moment(nextAt);
    return [...tried, row.paused ? t('paused', { platform, when }) : t('nextTry', { when })];
  };
}

/** Whether the score in the LMS was compared, is being compared, or will be. */
function useCompared(): (row: DeliveryRow) => string[] {
  const { t } = useTranslation('deliveries');
  const format = useFormat();
  return ({ comparing, comparedAt, lmsValue, nextAt, platform, unread }) => {
    if (comparing && nextAt === null) return [t('comparing')];
    if (comparing) return [t('comparingLater', { platform, when: format.moment(nextAt ?? '') })];
    if (unread) return [t('why.unread', { platform })];
    if (comparedAt === null || lmsValue === null) return [];
    return [t('compared', { when: format.moment(comparedAt), value: lmsValue })];
  };
}

const WITH_COMPARISON: readonly HappenedWord[] = ['pointsChanged', 'changed_in_lms', 'cleared_in_lms'];

/** "Accepted today, 14:03", "Five tries since 14:20. Next try 16:25, or now." */
function useWhy(): (row: DeliveryRow) => string {
  const { t } = useTranslation('deliveries');
  const format = useFormat();
  const tries = useTries();
  const compared = useCompared();
  return (row) => {
    const word = happenedWord(row);
    const { platform, person, scoreGiven: given, scoreMaximum: maximum, acceptedAt } = row;
    if (word === 'accepted') {
      const when = acceptedAt
        ? t('why.accepted', { when: format.moment(acceptedAt) })
        : t('why.acceptedUnknown');
      return [when, ...compared(row)].join(' ');
    }
    const isMoving = word === 'onTheWay' && (row.state === 'sending' || row.tries > 0 || row.paused);
    if (isMoving || word === 'lms_silent' || (word === 'lms_error' && row.state === 'waiting')) {
      return tries(row).join(' ');
    }
    if (word === 'changed_in_lms' && row.state === 'accepted') {
      return [t('why.kept', { given, maximum }), ...compared(row)].join(' ');
    }
    // a delivery that was stopped needs nothing any more
    if (word === 'cleared_in_lms' && row.state === 'closed') return t('why.emptied', { given, maximum });
    if (word === 'course_ended' && row.state === 'closed') return t('why.ended');
    const why = t(`why.${word}`, { platform, person, given, maximum });
    return WITH_COMPARISON.includes(word) ? [why, ...compared(row)].join(' ') : why;
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
      return t(`happened.${word === 'lms_silent' ? waitingWord(row) : word}`, { platform: row.platform });
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
    // the value in the LMS at that time is not stored, and the current one is a different one
    const then = { ...row, lmsValue: null, lmsMessage: attempt.lmsMessage };
    if (attempt.kind === 'choice') {
      const action = DeliveryAction.safeParse(attempt.lmsMessage);
      const scoreGiven = attempt.scoreGiven ?? row.scoreGiven;
      const choice = action.success
        ? text.action(action.data, { ...then, scoreGiven })
        : (attempt.lmsMessage ?? '');
      return attempt.by
        ? t('history.line.choice', { by: attempt.by, choice })
        : t('history.line.choiceAlone', { choice });
    }
    const { reason, lmsMessage } = attempt;
    const why = reason === 'none' ? (lmsMessage ?? '') : text.happened({ ...then, reason });
    const line = t(`history.line.${attempt.kind}.${outcomeWord(attempt)}`, {
      given: attempt.scoreGiven ?? row.scoreGiven,
      maximum: attempt.scoreMaximum ?? row.scoreMaximum,
      why,
    });
    const refused = attempt.outcome !== 'accepted' && attempt.httpStatus !== null;
    return refused ? `${line} (${attempt.httpStatus})` : line;
  };
}
