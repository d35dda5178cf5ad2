import { useState } from 'react';
import { Button } from '@mantine/core';
import { IconExternalLink, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { embedEndpoints, toEmbedPage } from '../../../../contract/embeds.ts';
import type { EmbedPage } from '../../../../contract/embeds.ts';
import { useMaybeSession } from '../../api/ApiProvider.tsx';
import { useSend } from '../../api/queries.ts';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { useAnnouncement } from '../live/useAnnouncement.ts';
import { OutsideLink } from '../words/OutsideLink.tsx';
import { PlainWords } from '../words/Words.tsx';
import type { BlockOf } from './blockOf.ts';
import { LicenceLine } from './Materials.tsx';

const icon = { size: 18, stroke: ICON_STROKE, 'aria-hidden': true } as const;

/** Hosts that show videos and nothing else. */
const VIDEOS: readonly string[] = ['www.youtube-nocookie.com', 'player.vimeo.com'];

/** Nothing is requested of the other site before somebody presses the button, which says what the site learns. */
function Frame({ title, url, page }: { title: string; url: string; page: EmbedPage }) {
  const { t } = useTranslation('module');
  const [src, setSrc] = useState<string | null>(null);
  const frame = useSend(embedEndpoints.frame, { onSuccess: (reply) => setSrc(reply.url) });
  const { host } = page;
  const problem = frame.error ? t('block.frameFailed') : null;
  useAnnouncement(problem);
  if (src !== null)
    return (
      // the page in it is ours and has no scripts; what it frames needs its own origin
      <iframe
        className="wm-embed"
        src={src}
        title={t('block.frame', { title, host })}
        sandbox="allow-scripts allow-same-origin allow-popups allow-presentation"
        allow="fullscreen; picture-in-picture"
      />
    );
  return (
    <div className="wm-no-print">
      <Button
        size="sm"
        variant="default"
        loading={frame.isPending}
        leftSection={<IconPlayerPlay {...icon} />}
        onClick={() => frame.send({ body: { url } })}
      >
        {t(VIDEOS.includes(host) ? 'block.showVideo' : 'block.showPage', { host })}
      </Button>
      <p className="wm-small">{t('block.tells')}</p>
      {problem && <p className="wm-field-problem">{problem}</p>}
    </div>
  );
}

/** A video or page of another site: shown in a frame after a click if the institution allows its host, and always as a link. */
export function Embed({ block }: { block: BlockOf<'embed'> }) {
  const { t } = useTranslation('module');
  const hosts = useMaybeSession()?.institution.embedHosts ?? [];
  const { title, url, alternative, licence } = block;
  const page = toEmbedPage(url, hosts);
  return (
    <div className="wm-block">
      <h3 className="wm-label" dir="auto">
        {title}
      </h3>
      {page && <Frame title={title} url={url} page={page} />}
      <p className="wm-block-title">
        <IconExternalLink {...icon} />
        <OutsideLink href={url}>{t('block.openTab', { title })}</OutsideLink>
      </p>
      {alternative && (
        <details className="wm-details">
          <summary>{t('block.about')}</summary>
          <PlainWords size="small">{alternative}</PlainWords>
        </details>
      )}
      <LicenceLine licence={licence} />
    </div>
  );
}
