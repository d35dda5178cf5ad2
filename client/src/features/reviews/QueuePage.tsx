import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
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
import { isOverdue } from './overdue.ts';
import { QueueRow } from './QueueRow.tsx';
import { SHOWS, takeOpenedReview, useQueuePlace } from './queuePlace.ts';
import type { Show } from './queuePlace.ts';
import './queue.css';
import './note.css';

const EMPTY = {
  open: 'queue.empty',
  overdue: 'queue.emptyOverdue',
  mine: 'queue.emptyMine',
  decided: 'queue.emptyDecided',
  peers: 'queue.emptyPeers',
} as const;

const FILTER = {
  open: 'queue.open',
  overdue: 'queue.overdueFilter',
  mine: 'queue.mine',
  decided: 'queue.decided',
  peers: 'queue.peers',
} as const;

const isDecided = (show: Show): boolean => show === 'decided' || show === 'peers';

/** What is mine comes before what anybody may take, then what is due first. */
function nextOf(rows: readonly ReviewRow[]): ReviewRow | undefined {
  return rows.find((row) => row.mine) ?? rows[0];
}

function Numbers({ queue }: { queue: ReviewQueue }) {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const { total, overdue, dueSoon, mine, minutes } = queue;
  const sentences = [
    t('queue.total', { count: total }),
    ...(overdue > 0 ? [t('queue.overdueCount', { count: overdue })] : []),
    ...(overdue === 0 || dueSoon > 0 ? [t('queue.soon', { count: dueSoon })] : []),
    ...(mine > 0 ? [t('queue.mineOnly', { mine })] : []),
    ...(minutes > 0 ? [t('queue.minutes', { time: format.minutes(minutes) })] : []),
  ];
  return <p className="wm-queue-numbers">{sentences.join(' ')}</p>;
}

/** After returning from a review, its row gets the focus again and is in view; if the row is gone, the heading keeps it. */
function useRowFocus(rows: readonly ReviewRow[]): void {
  const [opened] = useState(takeOpenedReview);
  const done = useRef(false);
  useEffect(() => {
    if (done.current || opened === null || !rows.some(({ id }) => id === opened)) return;
    done.current = true;
    const link = document.querySelector<HTMLElement>(`[data-review="${CSS.escape(opened)}"]`);
    link?.focus({ preventScroll: true });
    link?.scrollIntoView?.({ block: 'center' });
  }, [opened, rows]);
}

function Rows({ rows, show }: { rows: readonly ReviewRow[]; show: Show }) {
  const { t } = useTranslation('reviews');
  const overdue = rows.filter(isOverdue);
  const rest = rows.filter((row) => !isOverdue(row));
  const list = (of: readonly ReviewRow[]) => (
    <ul className="wm-rows wm-queue">
      {of.map((row) => (
        <QueueRow key={row.id} row={row} />
      ))}
    </ul>
  );
  // a list of only one kind needs no heading
  if (show === 'overdue' || overdue.length === 0) return list(rows);
  return (
    <>
      <h2 className="wm-queue-group">{t('queue.groupOverdue')}</h2>
      {list(overdue)}
      {rest.length > 0 && (
        <>
          <h2 className="wm-queue-group">{t('queue.groupRest')}</h2>
          {list(rest)}
        </>
      )}
    </>
  );
}

function useQueue(show: Show) {
  return useLoadPages(reviewEndpoints.queue, { query: { show } });
}

function Queue({ show, list }: { show: Show; list: ReturnType<typeof useQueue> }) {
  const { t } = useTranslation('reviews');
  const { to } = usePaths();
  const { toReview } = useQueuePlace();
  useRowFocus(list.rows);
  const next = isDecided(show) ? undefined : nextOf(list.rows);
  return (
    <Loaded query={list} skeleton="rows" forbidden="reviewers">
      {(queue) => (
        <>
          {!isDecided(show) && queue.total > 0 && <Numbers queue={queue} />}
          {next && (
            <Button className="wm-main-action" component={Link} to={to(toReview(next.id))}>
              {t('queue.next')}
            </Button>
          )}
          {list.rows.length === 0 ? <Empty>{t(EMPTY[show])}</Empty> : <Rows rows={list.rows} show={show} />}
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

/** The submissions that the gradebook asked to show: read-only. */
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
  const { show, setShow } = useQueuePlace();
  const list = useQueue(show);
  const id = useId();
  // only where there are such reviews
  const shows = SHOWS.filter((one) => one !== 'peers' || show === 'peers' || list.data?.anyByPeers);
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
          choices={shows.map((value) => ({ value, label: t(FILTER[value]) }))}
        />
      </div>
      <Queue show={show} list={list} />
    </>
  );
}

/** What is waiting for a reviewer, or what one person has submitted if the gradebook asked for it. */
export function QueuePage() {
  const { t } = useTranslation('reviews');
  const { shows } = useSession();
  const ofLaunch = shows.kind === 'submissions';
  return (
    <Page
      title={t(ofLaunch ? 'queue.ofPerson' : 'queue.title')}
      bar={{ kind: 'top', role: 'reviewer', tab: 'reviews' }}
    >
      <div className="wm-queue-page">{ofLaunch ? <OfLaunch /> : <Whole />}</div>
    </Page>
  );
}
