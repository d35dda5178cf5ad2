import { useReducer, useState } from 'react';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import {
  COMPARE_MAX,
  DeliveryFilter,
  deliveryEndpoints,
  SendableFilter,
} from '../../../../contract/grades.ts';
import type { DeliveryAction, DeliveryList, DeliveryRow } from '../../../../contract/grades.ts';
import { useApi, useSession } from '../../api/ApiProvider.tsx';
import { useLoadPages } from '../../api/pages.ts';
import { useSend } from '../../api/queries.ts';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { saveFile } from '../../components/download/saveFile.ts';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { Empty } from '../../components/states/Empty.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { isDenied, Loaded } from '../../components/states/Loaded.tsx';
import { ConfirmActionDialog, ChoiceDialog, needsConfirmation, LinkDialog } from './ActionDialogs.tsx';
import { DeliveryTable } from './DeliveryTable.tsx';
import { isMoving } from './deliveryWords.ts';
import { useFocusRestore } from './useFocusRestore.ts';
import { usePolling } from './usePolling.ts';
import '../../components/field/field.css';
import './deliveries.css';

type Filter = DeliveryFilter;
const REFRESHES = [deliveryEndpoints.list, deliveryEndpoints.history];

function useFilter(): Filter {
  const [search] = useSearchParams();
  return DeliveryFilter.catch('need_you').parse(search.get('show') ?? 'need_you');
}

/** Numbers that show their rows. */
function Filters({ counts, show }: { counts: DeliveryList['counts']; show: Filter }) {
  const { t } = useTranslation('deliveries');
  return (
    <nav aria-label={t('filters')}>
      <ul className="wm-plain-list wm-delivery-filters">
        {DeliveryFilter.options.map((filter) => (
          <li key={filter}>
            <Link
              replace
              to={`?show=${filter}`}
              {...(filter === show ? { 'aria-current': 'true' as const } : {})}
            >
              <span className="wm-delivery-count wm-tabular">{t('count', { count: counts[filter] })}</span>
              <span className="wm-small">{t(`filter.${filter}`)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Carries out an action on a row: at once, or after a dialog. */
function useActing(look: () => void) {
  const [asking, setAsking] = useState<{ row: DeliveryRow; action: DeliveryAction | 'choose' } | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const act = useSend(deliveryEndpoints.act, {
    refreshes: REFRESHES,
    onSuccess: () => {
      setAsking(null);
      look();
    },
  });
  const send = (row: DeliveryRow, action: DeliveryAction, lineItemUrl?: string) => {
    setBusy(row.id);
    const body = lineItemUrl === undefined ? { action } : { action, lineItemUrl };
    act
      .sendAsync({ params: { id: row.id }, body })
      .catch(() => undefined)
      .finally(() => setBusy(null));
  };
  return {
    asking,
    busy,
    act,
    send,
    start: (row: DeliveryRow, action: DeliveryAction | 'choose') => {
      act.reset();
      const direct = action !== 'choose' && action !== 'link_column' && !needsConfirmation(action);
      if (direct) send(row, action);
      else setAsking({ row, action });
    },
    close: () => setAsking(null),
  };
}

function Dialogs({ acting }: { acting: ReturnType<typeof useActing> }) {
  const { asking, act, send, close } = acting;
  if (!asking) return null;
  const { row, action } = asking;
  const shared = {
    row,
    pending: act.isPending,
    error: act.error,
    onClose: close,
    onAct: (chosen: DeliveryAction, lineItemUrl?: string) => send(row, chosen, lineItemUrl),
  };
  if (action === 'choose') return <ChoiceDialog {...shared} />;
  if (action === 'link_column') return <LinkDialog {...shared} />;
  return needsConfirmation(action) ? <ConfirmActionDialog {...shared} action={action} /> : null;
}

function SendAll({ show, count, look }: { show: SendableFilter; count: number; look: () => void }) {
  const { t } = useTranslation('deliveries');
  const all = useSend(deliveryEndpoints.sendAll, { refreshes: REFRESHES, onSuccess: look });
  const said = all.data ? t('sent', { count: all.data.queued }) : null;
  useAnnouncement(said);
  return (
    <>
      {count > 0 && (
        <Button
          className="wm-main-action"
          loading={all.isPending}
          onClick={() => all.send({ body: { show } })}
        >
          {t('sendAll', { count })}
        </Button>
      )}
      {said && <p className="wm-delivery-said wm-small">{said}</p>}
      {all.error && <Failed error={all.error} title={t('sendFailed')} />}
    </>
  );
}

/** Compares all rows of the page that can be compared. */
function CompareAll({ rows, look }: { rows: readonly DeliveryRow[]; look: () => void }) {
  const { t } = useTranslation('deliveries');
  const all = useSend(deliveryEndpoints.compareAll, { refreshes: REFRESHES, onSuccess: look });
  const ids = rows
    .filter(({ actions }) => actions.includes('compare'))
    .map(({ id }) => id)
    .slice(0, COMPARE_MAX);
  const said = all.data ? t('compared_many', { count: all.data.compared }) : null;
  useAnnouncement(said);
  return (
    <>
      {ids.length > 0 && (
        <Button variant="default" loading={all.isPending} onClick={() => all.send({ body: { ids } })}>
          {t('compareAll', { count: ids.length })}
        </Button>
      )}
      {said && <p className="wm-delivery-said wm-small">{said}</p>}
      {all.error && <Failed error={all.error} title={t('compareFailed')} />}
    </>
  );
}

function Csv({ show }: { show: Filter }) {
  const { t } = useTranslation('deliveries');
  const { call } = useApi();
  const [failed, setFailed] = useState(false);
  const download = () => {
    setFailed(false);
    call(deliveryEndpoints.csv, { query: { show } }).then(
      (text) => saveFile(text, t('csvFile'), 'text/csv'),
      () => setFailed(true),
    );
  };
  useAnnouncement(failed ? t('csvFailed') : null);
  return (
    <>
      <button type="button" className="wm-link" onClick={download}>
        {t('csv')}
      </button>
      {failed && <span className="wm-field-problem">{t('csvFailed')}</span>}
    </>
  );
}

/** The state of the scores while none needs repair: nothing is said of all of them that is not true of each. */
function AllClear({ counts }: { counts: DeliveryList['counts'] }) {
  const { t } = useTranslation('deliveries');
  const elsewhere = (['changed', 'on_the_way', 'closed'] as const).filter((filter) => counts[filter] > 0);
  if (elsewhere.length > 0)
    return elsewhere.map((filter) => t(`standing.${filter}`, { count: counts[filter] })).join(' ');
  return t(counts.in_gradebook > 0 ? 'standing.arrived' : 'standing.none');
}

function List({ show, list }: { show: Filter; list: ReturnType<typeof useDeliveries> }) {
  const { t } = useTranslation('deliveries');
  const client = useQueryClient();
  const { data, rows } = list;
  const [, sayAnew] = useReducer((times: number) => times + 1, 0);
  // the list, and the histories that are open in it; also changes in the same rows that time brings
  const look = usePolling({ known: data?.newest, isMoving: () => rows.some(isMoving) }, () => {
    sayAnew();
    void list.refetch();
    void client.invalidateQueries({ queryKey: [deliveryEndpoints.history.path] });
  });
  const acting = useActing(look);
  const kept = useFocusRestore();
  if (!data) return null;
  const { counts, sendable } = data;
  const sending = SendableFilter.safeParse(show);
  const heading = t(`heading.${show}`, { count: counts[show] });
  return (
    <div {...kept}>
      <div className="wm-delivery-top">
        <h2 tabIndex={-1}>{heading}</h2>
        {sending.success && <SendAll show={sending.data} count={sendable} look={look} />}
        {(show === 'changed' || show === 'in_gradebook') && <CompareAll rows={rows} look={look} />}
      </div>
      {acting.act.error && !acting.asking && <Failed error={acting.act.error} title={t('confirm.failed')} />}
      {rows.length === 0 ? (
        <Empty>{show === 'need_you' ? <AllClear counts={counts} /> : t(`empty.${show}`)}</Empty>
      ) : (
        <DeliveryTable rows={rows} label={heading} onAct={acting.start} busy={acting.busy} />
      )}
      <p className="wm-delivery-foot wm-small">
        {rows.length > 0 && <span>{t('rows', { shown: rows.length, all: counts[show] })}</span>}
        {list.hasMore && (
          <button type="button" className="wm-link" disabled={list.isLoadingMore} onClick={list.loadMore}>
            {t('more')}
          </button>
        )}
        <Csv show={show} />
      </p>
      <Dialogs acting={acting} />
    </div>
  );
}

function useDeliveries(show: Filter) {
  return useLoadPages(deliveryEndpoints.list, { query: { show } }, { staleTime: 0 });
}

/** The way of every score into the LMS: what needs a person first, with one repair for each row. */
export function DeliveriesPage() {
  const { t } = useTranslation('deliveries');
  const { institution } = useSession();
  const show = useFilter();
  const list = useDeliveries(show);
  return (
    <Page title={t('title')} bar={{ kind: 'top', role: 'admin', tab: 'grades' }}>
      {!isDenied(list.error) && (
        <>
          <PageTitle>{t('title')}</PageTitle>
          <p className="wm-delivery-where">{t('where', { institution: institution.name })}</p>
        </>
      )}
      <Loaded query={list} skeleton="rows" forbidden="admins">
        {({ counts }) => (
          <>
            <Filters counts={counts} show={show} />
            <List key={show} show={show} list={list} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
