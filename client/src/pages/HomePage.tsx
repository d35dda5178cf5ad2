import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useSearchParams } from 'react-router';
import type { SessionInfo } from '../../../contract/sessions.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { NotInVersion } from '../../../contract/versions.ts';
import { useApi, usePaths, useSession } from '../api/ApiProvider.tsx';
import { ApiError, hasCode } from '../api/errors.ts';
import { TrailDrawing } from '../components/logo/Logo.tsx';
import { Page } from '../components/page/Page.tsx';
import { PageTitle } from '../components/page/PageTitle.tsx';
import { Loaded } from '../components/states/Loaded.tsx';
import { landingOf } from './landing.ts';

/** Where to look at the newer version that has what the link shows; null after any other error. */
function toNewerVersion(error: unknown): NotInVersion | null {
  if (!(error instanceof ApiError) || !hasCode(error, 'MODULE_NOT_IN_VERSION')) return null;
  return NotInVersion.safeParse(error.details).data ?? null;
}

/** Enrols into what the link shows and goes there; the landing adds no entry to the history. */
function OpenLink({ wantsMap }: { wantsMap: boolean }) {
  const { call } = useApi();
  const { to } = usePaths();
  const { t } = useTranslation();
  const opened = useQuery({
    queryKey: [pathwayEndpoints.open.path],
    queryFn: ({ signal }) => call(pathwayEndpoints.open, { body: {} }, { signal }),
    staleTime: Infinity,
  });
  if (hasCode(opened.error, 'LINK_GONE')) {
    return <Notice title={t('session.gone')} text={t('session.goneText')} />;
  }
  if (hasCode(opened.error, 'PATHWAY_RETIRED')) {
    return <Notice title={t('session.retired')} text={t('session.retiredText')} />;
  }
  const newer = toNewerVersion(opened.error);
  if (newer) {
    return (
      <Notice title={t('session.newer')} text={t('session.newerText')}>
        <Link className="wm-link" to={to(`pathways/${newer.enrolmentId}/newer`)}>
          {t('session.newerGo')}
        </Link>
      </Notice>
    );
  }
  return (
    <Page title={t('bar.tabs.pathway')} bar={{ kind: 'plain' }}>
      <Loaded query={opened} skeleton="map">
        {({ enrolmentId, attemptId }) => (
          <Navigate
            replace
            to={to(attemptId && !wantsMap ? `modules/${attemptId}` : `pathways/${enrolmentId}`)}
          />
        )}
      </Loaded>
    </Page>
  );
}

function Notice({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <Page title={title} bar={{ kind: 'plain' }} width="column">
      <div className="wm-empty">
        <TrailDrawing />
        <PageTitle>{title}</PageTitle>
        <p>{text}</p>
        {children}
      </div>
    </Page>
  );
}

/** `/app/:key`: decides by the session where this launch begins. */
export function HomePage() {
  const { t } = useTranslation();
  const { to } = usePaths();
  const [search] = useSearchParams();
  const session: SessionInfo = useSession();
  const wantsMap = search.get('to') === 'map';
  const landing = landingOf(session, wantsMap);
  switch (landing.kind) {
    case 'page':
      return <Navigate replace to={to(landing.path)} />;
    case 'open':
      return <OpenLink wantsMap={wantsMap} />;
    case 'gone':
      return <Notice title={t('session.gone')} text={t('session.goneText')} />;
    case 'nothing':
      return <Notice title={t('session.nothing')} text={t('session.nothingText')} />;
  }
}
