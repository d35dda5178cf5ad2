import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ReviewRow } from '../../../../contract/reviews.ts';
import type { ReviewState } from '../../../../contract/states.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { StateChip } from '../../components/chip/StateChip.tsx';
import { Names } from '../../components/words/Names.tsx';
import type { StateName } from '../../theme/tokens.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { isOverdue } from './overdue.ts';
import { useQueuePlace } from './queuePlace.ts';

const OF_REVIEW: Readonly<Record<ReviewState, StateName>> = {
  open: 'submitted',
  started: 'inReview',
  approved: 'approved',
  returned: 'draft',
  returning: 'draft',
  taken_back: 'notStarted',
};

function RowState({ row }: { row: ReviewRow }) {
  const { t } = useTranslation('reviews');
  const { t: common } = useTranslation();
  const words: Readonly<Record<ReviewState, string>> = {
    open: t('queue.waiting'),
    started: row.mine ? t('queue.started') : common('states.inReview'),
    approved: common('states.approved'),
    returned: t('queue.returned'),
    returning: t('queue.returned'),
    taken_back: t('queue.takenBack'),
  };
  return <StateChip state={OF_REVIEW[row.state]}>{words[row.state]}</StateChip>;
}

/** One submission in the queue; nothing in it reveals whose it is. */
export function QueueRow({ row }: { row: ReviewRow }) {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const { to } = usePaths();
  const undecided = row.state === 'open' || row.state === 'started';
  const overdue = isOverdue(row);
  const { toReview } = useQueuePlace();
  const facts = [
    t('queue.round', { round: row.round }),
    t('queue.facts', { criteria: row.criteria, pieces: row.pieces, time: format.minutes(row.minutes) }),
  ];
  return (
    <li className="wm-queue-row">
      <code className="wm-mono wm-queue-code">{row.code}</code>
      <div className="wm-queue-what">
        <Link
          className="wm-queue-link"
          dir="auto"
          to={to(toReview(row.id))}
          data-review={row.id}
          aria-label={t('queue.row', { code: row.code, module: row.moduleTitle })}
        >
          {row.moduleTitle}
        </Link>
        <Names className="wm-small">{[row.pathwayTitle, row.course]}</Names>
        <span className="wm-small">{facts.join(', ')}</span>
      </div>
      <div className="wm-queue-when">
        <RowState row={row} />
        {undecided && row.reviewedBy === 'peer' && <span className="wm-micro">{t('queue.forPeers')}</span>}
        {row.late && <span className="wm-micro">{t('queue.late')}</span>}
        <span className="wm-small" data-overdue={overdue}>
          {undecided && row.dueAt
            ? t(overdue ? 'queue.overdue' : 'queue.due', { day: format.day(row.dueAt) })
            : t('queue.submitted', { day: format.day(row.submittedAt) })}
        </span>
      </div>
    </li>
  );
}
