import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { attemptEndpoints } from '../../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../../contract/pathways.ts';
import type { NewerVersion, VersionOffer } from '../../../../contract/versions.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { useLoad, useSend } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { Changelog } from '../../components/versions/Changelog.tsx';
import { ContentDiffView } from '../../components/versions/ContentDiffView.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { windowIds } from '../../storage/windowIds.ts';
import { CarriedWork } from './CarriedWork.tsx';
import './newer.css';

interface ChoiceProps {
  enrolmentId: string;
  from: number;
  to: number;
}

/** Moving, after one was asked once more, and staying: both lead back to the map. */
function Choice({ enrolmentId, from, to }: ChoiceProps) {
  const { t } = useTranslation('versions');
  const paths = usePaths();
  const navigate = useNavigate();
  const { polite } = useAnnounce();
  const [isAsking, setAsking] = useState(false);
  const map = paths.to(`pathways/${enrolmentId}`);
  const move = useSend(pathwayEndpoints.move, {
    refreshes: [pathwayEndpoints.map, pathwayEndpoints.newer, attemptEndpoints.workspace],
    onSuccess: () => {
      polite(t('newer.done', { to }));
      void navigate(map);
    },
  });
  return (
    <div className="wm-row">
      <Button className="wm-main-action" onClick={() => setAsking(true)}>
        {t('newer.move', { to })}
      </Button>
      <Button
        component={Link}
        variant="default"
        to={map}
        onClick={() => windowIds('stayed', enrolmentId).write([String(to)])}
      >
        {t('newer.stay', { from })}
      </Button>
      <ConfirmDialog
        opened={isAsking}
        title={t('newer.sure', { to })}
        confirm={t('newer.move', { to })}
        pending={move.isPending}
        onConfirm={() => move.send({ params: { id: enrolmentId }, body: { from, to } })}
        onClose={() => {
          setAsking(false);
          move.reset();
        }}
      >
        <div className="wm-stack">
          <p>{t('newer.sureText', { from })}</p>
          {move.error && <Failed error={move.error} title={t('newer.failed')} />}
        </div>
      </ConfirmDialog>
    </div>
  );
}

interface OfferProps {
  enrolmentId: string;
  newer: NewerVersion;
  offer: VersionOffer;
}

function Offer({ enrolmentId, newer: { from, closed }, offer }: OfferProps) {
  const { t } = useTranslation('versions');
  const format = useFormat();
  const { to, publishedAt, changelog, diff } = offer;
  const day = format.day(publishedAt);
  return (
    <>
      <header>
        <PageTitle>{t('newer.title', { to })}</PageTitle>
        <p>{t('newer.facts', { from, to, day })}</p>
        <p>{t(closed === null ? 'newer.choice' : `newer.${closed}`, { from, to })}</p>
      </header>
      {changelog.length > 0 && (
        <section>
          <h2 className="wm-heading">{t('newer.news')}</h2>
          <Changelog entries={changelog} />
        </section>
      )}
      {closed === null && (
        <>
          <CarriedWork from={from} offer={offer} />
          <Choice enrolmentId={enrolmentId} from={from} to={to} />
        </>
      )}
      <section>
        <h2 className="wm-heading">{t('newer.details')}</h2>
        <ContentDiffView diff={diff} />
      </section>
    </>
  );
}

function Newer({ enrolmentId, newer }: Omit<OfferProps, 'offer'>) {
  const { t } = useTranslation('versions');
  const { to } = usePaths();
  const { from, offer, pathwayTitle } = newer;
  if (offer) return <Offer enrolmentId={enrolmentId} newer={newer} offer={offer} />;
  return (
    <header>
      <PageTitle>{pathwayTitle}</PageTitle>
      <p>{t('newer.none', { from })}</p>
      <Link className="wm-link" to={to(`pathways/${enrolmentId}`)}>
        {t('newer.back')}
      </Link>
    </header>
  );
}

/** `/pathways/:enrolmentId/newer`: what a newer version changes, and what becomes of one's work; to move, or to stay. */
export function NewerPage() {
  const { t } = useTranslation('versions');
  const { enrolmentId = '' } = useParams();
  const newer = useLoad(pathwayEndpoints.newer, { params: { id: enrolmentId } }, { staleTime: 0 });
  return (
    <Page
      title={t('page')}
      bar={{
        kind: 'inner',
        back: `pathways/${enrolmentId}`,
        parent: t('newer.pathway'),
        title: t('page'),
      }}
    >
      <div className="wm-newer">
        <Loaded query={newer} skeleton="rows">
          {(data) => <Newer enrolmentId={enrolmentId} newer={data} />}
        </Loaded>
      </div>
    </Page>
  );
}
