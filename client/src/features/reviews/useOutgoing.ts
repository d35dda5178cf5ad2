import { useTranslation } from 'react-i18next';
import { reviewEndpoints } from '../../../../contract/reviews.ts';
import type { ColumnOutlook, ReviewPage } from '../../../../contract/reviews.ts';
import { useLoad } from '../../api/queries.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { belowNeeded, commentedCriteria, openCriteria } from './reviewModel.ts';
import type { ReviewDraft, Outcome } from './reviewModel.ts';

/** When older than this, it is read again when a decision is about to be sent. */
const STALE_MS = 5_000;

/** What an approval would send to the gradebook, as the server calculates it; read when the review opens and again on request. */
export function useOutlook(page: ReviewPage) {
  // a peer sees nothing of the author's grades
  const enabled = page.judgesAs === 'reviewer';
  const options = { staleTime: STALE_MS, enabled };
  const query = useLoad(reviewEndpoints.outlook, { params: { id: page.id } }, options);
  const { data, error, refetch, dataUpdatedAt } = query;
  return {
    columns: data?.columns ?? null,
    failed: data === undefined && error !== null,
    renew: () => {
      if (enabled && Date.now() - dataUpdatedAt > STALE_MS) void refetch();
    },
  };
}
export type Outlook = Pick<ReturnType<typeof useOutlook>, 'columns' | 'failed'>;

function useColumnWords() {
  const { t } = useTranslation('reviews');
  const nameOf = ({ title, course }: ColumnOutlook) => {
    if (title === '') return course;
    return course === '' ? t('confirm.columnAlone', { title }) : t('confirm.columnIn', { title, course });
  };
  return {
    sent: (column: ColumnOutlook) => {
      const { given, maximum } = column;
      return t('confirm.column', { given, maximum, column: nameOf(column) });
    },
    /** One sentence for each column that gets nothing by this approval, or not at once. */
    others: ({ columns, failed }: Outlook): string[] => {
      if (columns === null) return [t(failed ? 'confirm.columnsUnknown' : 'confirm.columnsLoading')];
      if (columns.length === 0) return [t('confirm.noColumn')];
      return columns.flatMap((column) => {
        const { effect, given, maximum } = column;
        if (effect === 'sent') return [];
        return [t(`confirm.effect.${effect}`, { given, maximum, column: nameOf(column) })];
      });
    },
  };
}

/** The sentences that say what is sent with a decision. */
export function useOutgoing(
  page: ReviewPage,
  draft: ReviewDraft,
  outlook: Outlook,
): (outcome: Outcome) => string {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const columnWords = useColumnWords();
  const open = openCriteria(page);
  const codes = (criteria: readonly { code: string }[]) => format.list(criteria.map(({ code }) => code));
  const commented = commentedCriteria(open, draft);
  const words = [
    ...(commented.length > 0
      ? [t('confirm.comments', { count: commented.length, codes: codes(commented) })]
      : []),
    ...(draft.summary.trim() === '' ? [] : [t('confirm.summary')]),
  ];
  return (outcome) => {
    if (outcome === 'approve') {
      const sent = (outlook.columns ?? []).filter(({ effect }) => effect === 'sent').map(columnWords.sent);
      const others = page.judgesAs === 'peer' ? [t('confirm.columnsPeer')] : columnWords.others(outlook);
      const what = format.list([t('confirm.badge', { badge: page.achievement }), ...sent, ...words]);
      return [t('confirm.approve', { what }), ...others].join(' ');
    }
    const below = belowNeeded(page, draft);
    const rest = below.length < page.criteria.length ? [t('confirm.rest')] : [];
    const sentence = t('confirm.return', { codes: codes(below), what: format.list(words) });
    return [sentence, ...rest, t('confirm.undo')].join(' ');
  };
}
