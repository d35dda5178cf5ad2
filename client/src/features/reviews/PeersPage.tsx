import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { PEER_COUNT_MAX, peerEndpoints } from '../../../../contract/peers.ts';
import type { PeerQueue } from '../../../../contract/peers.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { useLoad, useSend } from '../../api/queries.ts';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { Empty } from '../../components/states/Empty.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { DoneNoteLine } from './DoneNoteLine.tsx';
import './queue.css';
import './note.css';

function Taken({ taken }: { taken: NonNullable<PeerQueue['taken']> }) {
  const { t } = useTranslation('reviews');
  const format = useFormat();
  const { to } = usePaths();
  return (
    <>
      <p dir="auto">{t('peers.taken', { module: taken.moduleTitle, day: format.day(taken.until) })}</p>
      <Button className="wm-main-action" component={Link} to={to(`reviews/${taken.id}`)}>
        {t('peers.goOn')}
      </Button>
    </>
  );
}

function Waiting({ count, onGone }: { count: number; onGone: () => void }) {
  const { t } = useTranslation('reviews');
  const { to } = usePaths();
  const { polite } = useAnnounce();
  const navigate = useNavigate();
  const take = useSend(peerEndpoints.takeNext, {
    onSuccess: ({ reviewId }) => {
      if (reviewId !== null) return void navigate(to(`reviews/${reviewId}`));
      polite(t('peers.gone'));
      onGone();
    },
  });
  return (
    <>
      <p>{t(count < PEER_COUNT_MAX ? 'peers.waiting' : 'peers.many', { count })}</p>
      <Button className="wm-main-action" loading={take.isPending} onClick={() => take.send({ body: {} })}>
        {t('peers.next')}
      </Button>
      {take.error && <Failed error={take.error} title={t('peers.failed')} />}
    </>
  );
}

/** What waits for a review by somebody who has handed in the same module, one at a time. */
export function PeersPage() {
  const { t } = useTranslation('reviews');
  const query = useLoad(peerEndpoints.waiting, {}, { staleTime: 0 });
  return (
    <Page
      title={t('peers.title')}
      bar={{ kind: 'inner', back: '?to=map', parent: t('peers.pathway'), title: t('peers.title') }}
    >
      <div className="wm-queue-page wm-stack">
        <PageTitle>{t('peers.title')}</PageTitle>
        <DoneNoteLine />
        <p>{t('peers.lead')}</p>
        <Loaded query={query} skeleton="rows">
          {({ taken, waiting }) => {
            if (taken) return <Taken taken={taken} />;
            return waiting > 0 ? (
              <Waiting count={waiting} onGone={() => void query.refetch()} />
            ) : (
              <Empty>{t('peers.empty')}</Empty>
            );
          }}
        </Loaded>
      </div>
    </Page>
  );
}
