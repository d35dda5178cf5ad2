import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { studioEndpoints } from '../../../../contract/studio.ts';
import type { StudioVersions } from '../../../../contract/studio.ts';
import { useLoad, useSend } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { Changelog } from '../../components/versions/Changelog.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { CompareVersions } from './CompareVersions.tsx';
import { useExport } from './useExport.ts';
import './studio.css';

/** Counting on stops there. */
const PEOPLE_COUNTED = 1_000;

type Row = StudioVersions['rows'][number];

function Facts({ row }: { row: Row }) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const { publishedAt, publishedBy: name, people: count } = row;
  const day = format.day(publishedAt);
  return (
    <p className="wm-facts wm-small">
      <span>{name === '' ? t('versions.factsUnnamed', { day }) : t('versions.facts', { day, name })}</span>
      <span>{t(count < PEOPLE_COUNTED ? 'versions.people' : 'versions.peopleMany', { count })}</span>
    </p>
  );
}

interface VersionProps {
  pathwayKey: string;
  title: string;
  row: Row;
  newest: number;
}

function Version({ pathwayKey: key, title, row, newest }: VersionProps) {
  const { t } = useTranslation('studio');
  const { polite } = useAnnounce();
  const { n, offered, changelog } = row;
  const { exportVersion, isPending: isExporting, failure } = useExport();
  const offer = useSend(studioEndpoints.offer, {
    refreshes: [studioEndpoints.versions],
    onSuccess: (_done, { body }) =>
      polite(t(body.offered ? 'versions.nowOffered' : 'versions.nowHeldBack', { n })),
  });
  return (
    <li className="wm-studio-version">
      <h2 className="wm-subheading">{t('versions.number', { n })}</h2>
      <Facts row={row} />
      {n === newest && <p className="wm-small">{t('versions.newest')}</p>}
      {n > 1 && (
        <div className="wm-row">
          <p className="wm-small">{t(offered ? 'versions.offered' : 'versions.heldBack')}</p>
          <Button
            size="sm"
            variant="subtle"
            loading={offer.isPending}
            onClick={() => offer.send({ params: { key, n }, body: { offered: !offered } })}
          >
            {t(offered ? 'versions.holdBack' : 'versions.offer', { n })}
          </Button>
        </div>
      )}
      {offer.error && <Failed error={offer.error} title={t('versions.failed')} />}
      {changelog.length > 0 && <Changelog entries={changelog} />}
      <div>
        <Button
          size="sm"
          variant="default"
          loading={isExporting}
          aria-label={t('export.versionNamed', { n, title })}
          onClick={() => exportVersion(key, n)}
        >
          {t('export.version')}
        </Button>
      </div>
      {failure && <p className="wm-field-problem">{failure}</p>}
    </li>
  );
}

/** Retiring the pathway, after one was asked, and taking that back. */
function Retirement({ pathwayKey: key, retiredAt }: { pathwayKey: string; retiredAt: string | null }) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const { polite } = useAnnounce();
  const [isAsking, setAsking] = useState(false);
  const retire = useSend(studioEndpoints.retire, {
    refreshes: [studioEndpoints.versions, studioEndpoints.pathways],
    onSuccess: (_done, { body }) => {
      setAsking(false);
      polite(t(body.retired ? 'versions.nowRetired' : 'versions.nowReinstated'));
    },
  });
  const send = (retired: boolean) => retire.send({ params: { key }, body: { retired } });
  const failed = retire.error && <Failed error={retire.error} title={t('versions.failed')} />;
  if (retiredAt !== null) {
    return (
      <div className="wm-stack">
        <p>{t('versions.retired', { day: format.day(retiredAt) })}</p>
        <div>
          <Button size="sm" variant="default" loading={retire.isPending} onClick={() => send(false)}>
            {t('versions.reinstate')}
          </Button>
        </div>
        {failed}
      </div>
    );
  }
  return (
    <div>
      <Button size="sm" variant="default" onClick={() => setAsking(true)}>
        {t('versions.retire')}
      </Button>
      <ConfirmDialog
        opened={isAsking}
        title={t('versions.retireTitle')}
        confirm={t('versions.retireConfirm')}
        pending={retire.isPending}
        onConfirm={() => send(true)}
        onClose={() => setAsking(false)}
      >
        <div className="wm-stack">
          <p>{t('versions.retireText')}</p>
          {failed}
        </div>
      </ConfirmDialog>
    </div>
  );
}

function Versions({ pathwayKey, versions }: { pathwayKey: string; versions: StudioVersions }) {
  const { t } = useTranslation('studio');
  const { title, retiredAt, rows } = versions;
  const newest = rows[0]?.n ?? 1;
  return (
    <>
      <PageTitle>{title}</PageTitle>
      <Retirement pathwayKey={pathwayKey} retiredAt={retiredAt} />
      <ul className="wm-rows" aria-label={t('versions.list')}>
        {rows.map((row) => (
          <Version key={row.n} pathwayKey={pathwayKey} title={title} row={row} newest={newest} />
        ))}
      </ul>
      <CompareVersions pathwayKey={pathwayKey} numbers={rows.map(({ n }) => n)} />
    </>
  );
}

/** `/studio/pathways/:pathwayKey/versions`: what was published, who may move to it, and what differs between two versions. */
export function VersionsPage() {
  const { t } = useTranslation('studio');
  const { pathwayKey = '' } = useParams();
  const versions = useLoad(studioEndpoints.versions, { params: { key: pathwayKey } }, { staleTime: 0 });
  return (
    <Page
      title={t('versions.page')}
      forRole="designer"
      bar={{ kind: 'inner', back: 'studio', parent: t('page'), title: t('versions.page') }}
    >
      <div className="wm-studio-list">
        <Loaded query={versions} skeleton="rows" forbidden="designers">
          {(data) => <Versions pathwayKey={pathwayKey} versions={data} />}
        </Loaded>
      </div>
    </Page>
  );
}
