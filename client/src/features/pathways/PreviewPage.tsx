import { VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { pathwayEndpoints } from '../../../../contract/pathways.ts';
import type { PathwayPreview } from '../../../../contract/pathways.ts';
import { usePaths, useSession } from '../../api/ApiProvider.tsx';
import { useLoad } from '../../api/queries.ts';
import { OpensAfterText } from '../../components/opens/OpensAfterText.tsx';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { Empty } from '../../components/states/Empty.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { Trail } from '../../components/trail/Trail.tsx';
import { PlainWords } from '../../components/words/Words.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { RunDates } from '../../components/pathwayMap/RunDates.tsx';
import { Marked } from '../../components/words/Marked.tsx';
import '../../components/pathwayMap/map.css';

/** The link from the preview to one's own work, if this person has any. */
function OwnWork({ ownEnrolmentId }: Pick<PathwayPreview, 'ownEnrolmentId'>) {
  const { t } = useTranslation('pathwayPreview');
  const { to } = usePaths();
  const { takesPart, person } = useSession();
  if (ownEnrolmentId !== null) {
    return (
      <p>
        {t('own')}{' '}
        <Link className="wm-link" to={to(`pathways/${ownEnrolmentId}`)}>
          {t('ownGo')}
        </Link>
      </p>
    );
  }
  if (!takesPart) return null;
  return (
    <p>
      {t('takePart')}{' '}
      <Link className="wm-link" to={to(person.agreed ? '?to=map' : 'welcome')}>
        {t('takePartGo')}
      </Link>
    </p>
  );
}

/** Says what this page is, and links to what participants do. */
function Notice({ preview }: { preview: PathwayPreview }) {
  const { t } = useTranslation('pathwayPreview');
  const { frame } = useSession();
  const begins = preview.modules.find(({ key }) => key === preview.beginsAt);
  return (
    <section className="wm-card wm-preview-notice">
      <h2 className="wm-subheading">{t('title')}</h2>
      <p>{t('text')}</p>
      {begins && <p>{t('begins', { title: begins.title })}</p>}
      {frame.family === 'canvas' && <p>{t('practice')}</p>}
      <OwnWork ownEnrolmentId={preview.ownEnrolmentId} />
    </section>
  );
}

function Head({ preview }: { preview: PathwayPreview }) {
  const { t } = useTranslation('pathwayPreview');
  const format = useFormat();
  const { pathway, modules } = preview;
  const minutes = modules.reduce((sum, module) => sum + module.minutes, 0);
  const values = { count: modules.length, time: format.minutes(minutes) };
  return (
    <header className="wm-map-head">
      <PageTitle>{pathway.title}</PageTitle>
      {pathway.vision && <PlainWords>{pathway.vision}</PlainWords>}
      {modules.length > 0 && (
        <p className="wm-facts wm-map-progress">
          <span>
            <Marked text={t('facts', values)} />
          </span>
          <span>
            <Marked text={t('time', values)} />
          </span>
        </p>
      )}
      <Notice preview={preview} />
    </header>
  );
}

function Module({ module }: { module: PathwayPreview['modules'][number] }) {
  const { t } = useTranslation('pathwayPreview');
  const format = useFormat();
  const { to } = usePaths();
  return (
    <div className="wm-map-row">
      <h2 className="wm-subheading">
        <VisuallyHidden component="span">{t('position', { n: module.position })} </VisuallyHidden>
        <Link className="wm-map-link" dir="auto" to={to(`preview/modules/${module.key}`)}>
          {module.title}
        </Link>
      </h2>
      <div className="wm-map-row-text">
        <p className="wm-facts wm-small">
          {module.label && <bdi>{module.label}</bdi>}
          <span>{format.minutes(module.minutes)}</span>
        </p>
        {module.opensAfter && (
          <OpensAfterText className="wm-small" opensAfter={module.opensAfter} reader="others" />
        )}
      </div>
    </div>
  );
}

function Preview({ preview }: { preview: PathwayPreview }) {
  const { t } = useTranslation('pathwayPreview');
  const stops = preview.modules.map((module) => ({
    key: module.key,
    number: module.position,
    state: 'ahead' as const,
    content: <Module module={module} />,
  }));
  return (
    <div className="wm-map">
      <div className="wm-map-main">
        <Head preview={preview} />
        {stops.length > 0 ? <Trail stops={stops} label={t('list')} /> : <Empty>{t('empty')}</Empty>}
      </div>
      {preview.run && (preview.run.submitBy ?? preview.run.reviewBy) !== null && (
        <aside className="wm-map-aside">
          <RunDates run={preview.run} />
        </aside>
      )}
    </div>
  );
}

/** `/preview`: what the link shows, for those who design or run the course. It enrols nobody. */
export function PreviewPage() {
  const { t } = useTranslation('pathwayPreview');
  const preview = useLoad(pathwayEndpoints.preview, {}, { staleTime: 0 });
  return (
    <Page
      title={preview.data?.pathway.title ?? t('page')}
      bar={{ kind: 'top', role: 'designer', tab: 'preview' }}
    >
      <Loaded query={preview} skeleton="map" forbidden="designers">
        {(data) => <Preview preview={data} />}
      </Loaded>
    </Page>
  );
}
