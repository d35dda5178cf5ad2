import { useId } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { reviewEndpoints } from '../../../../contract/reviews.ts';
import type { ReviewQueue, ReviewRow } from '../../../../contract/reviews.ts';
import { usePaths, useSession } from '../../api/ApiProvider.tsx';
import { useLoadPages } from '../../api/pages.ts';
import { useLoad } from '../../api/queries.ts';
import { Choices } from '../../components/choices/Choices.tsx';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { Empty } from '../../components/states/Empty.tsx';
import { isDenied, Loaded } from '../../components/states/Loaded.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { DoneNoteLine } from './DoneNoteLine.tsx';
import { QueueRow } from './QueueRow.tsx';
import './queue.css';
import './note.css';

const SHOWS = ['open', 'mine', 'decided'] as const;
type Show = (typeof SHOWS)[number];
const EMPTY = { open: 'queue.empty', mine: 'queue.emptyMine', decided: 'queue.emptyDecided' } as const;

function useShow(): [Show, (show: Show) => void] {
  const [search, setSearch] = useSearchParams();
  const show = SHOWS.find((one) => one === search.get('show')) ?? 'open';
  return [show, (next) => setSearch(next === 'open' ? {} : { show: next }, { replace: true })];
}

/** What is mine comes before what waits for anybody, and then what has waited longest. */
function nextOf(rows: readonly ReviewRow[]): ReviewRow | undefined {
  return rows.find((row) => row.mine) ?? rows[0];
}

function Numbers({ queue }: { queue: ReviewQueue }) {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const sentences = [
    ...(queue.mine > 0 ? [t('queue.mineOnly', { mine: queue.mine })] : []),
    t('queue.soon', { count: queue.dueSoon }),
    ...(queue.minutes > 0 ? [t('queue.minutes', { time: format.minutes(queue.minutes) })] : []),
  ];
  return <p className="wm-queue-numbers">{sentences.join(' ')}</p>;
}

function useQueue(show: Show) {
  return useLoadPages(reviewEndpoints.queue, { query: { show } });
}

function Queue({ show, list }: { show: Show; list: ReturnType<typeof useQueue> }) {
  const { t } = useTranslation('reviews');
  const { to } = usePaths();
  const next = show === 'decided' ? undefined : nextOf(list.rows);
  return (
    <Loaded query={list} skeleton="rows" forbidden="reviewers">
      {(queue) => (
        <>
          {show !== 'decided' && list.rows.length > 0 && <Numbers queue={queue} />}
          {next && (
            <Button className="wm-main-action" component={Link} to={to(`reviews/${next.id}`)}>
              {t('queue.next')}
            </Button>
          )}
          {list.rows.length === 0 ? (
            <Empty>{t(EMPTY[show])}</Empty>
          ) : (
            <ul className="wm-rows wm-queue">
              {list.rows.map((row) => (
                <QueueRow key={row.id} row={row} />
              ))}
            </ul>
          )}
          {list.hasMore && (
            <Button variant="default" loading={list.isLoadingMore} onClick={list.loadMore}>
              {t('queue.more')}
            </Button>
          )}
        </>
      )}
    </Loaded>
  );
}

/** The submissions that the gradebook asked to see: read-only. */
function OfLaunch() {
  const { t } = useTranslation('reviews');
  const query = useLoad(reviewEndpoints.ofPerson, {});
  return (
    <>
      {!isDenied(query.error) && (
        <>
          <PageTitle>{t('queue.ofPerson')}</PageTitle>
          <p className="wm-queue-numbers">{t('queue.ofPersonText')}</p>
        </>
      )}
      <Loaded query={query} skeleton="rows" forbidden="reviewers">
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty>{t('queue.ofPersonEmpty')}</Empty>
          ) : (
            <ul className="wm-rows wm-queue">
              {rows.map((row) => (
                <QueueRow key={row.id} row={row} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

function Whole() {
  const { t } = useTranslation('reviews');
  const [show, setShow] = useShow();
  const list = useQueue(show);
  const id = useId();
  if (isDenied(list.error)) return <Queue show={show} list={list} />;
  return (
    <>
      <PageTitle>{t('queue.title')}</PageTitle>
      <DoneNoteLine />
      <span id={id} hidden>
        {t('queue.show')}
      </span>
      <div className="wm-queue-shows">
        <Choices
          labelledBy={id}
          value={show}
          onChange={setShow}
          choices={SHOWS.map((value) => ({ value, label: t(`queue.${value}`) }))}
        />
      </div>
      <Queue show={show} list={list} />
    </>
  );
}

/** What waits for a reviewer, or what one person has submitted where the gradebook asked for it. */
export function QueuePage() {
  const { t } = useTranslation('reviews');
  const { shows } = useSession();
  const ofLaunch = shows.kind === 'submissions';
  return (
    <Page
      title={t(ofLaunch ? 'queue.ofPerson' : 'queue.title')}
      bar={{ kind: 'top', hat: 'reviewer', tab: 'reviews' }}
    >
      <div className="wm-queue-page">{ofLaunch ? <OfLaunch /> : <Whole />}</div>
    </Page>
  );
}
