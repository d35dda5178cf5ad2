import { useRef } from 'react';
import { Button } from '@mantine/core';
import { IconDownload, IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { useAnnouncement } from '../live/useAnnouncement.ts';
import { previewKind } from './previewKind.ts';
import { TextPreview } from './TextPreview.tsx';
import { useFileLink } from './useFileLink.ts';
import './preview.css';

export interface FilePreviewProps {
  name: string;
  mediaType: string | null;
  /** Bytes. */
  size: number | null;
  previewable: boolean;
  /** Signed link to the content, as the API returned it. */
  url: string;
  /** Reads the page's data again: links are valid for five minutes, and new data comes with a new one. */
  onRenew?: () => void;
}

/** Chromium's viewer: no side panel, pages as wide as the frame. */
const VIEW = '#navpanes=0&view=FitH';

interface ShownProps {
  name: string;
  mediaType: string | null;
  src: string;
  onError: () => void;
}

/** A video or an audio recording; resumes at the same position after its link had to be renewed. */
function Player({ as: Tag, name, src, onError }: ShownProps & { as: 'video' | 'audio' }) {
  const at = useRef({ seconds: 0, playing: false });
  return (
    <Tag
      className="wm-preview-media"
      controls
      preload="metadata"
      src={src}
      aria-label={name}
      onTimeUpdate={({ currentTarget }) => {
        at.current = { seconds: currentTarget.currentTime, playing: !currentTarget.paused };
      }}
      onLoadedMetadata={({ currentTarget }) => {
        if (at.current.seconds === 0) return;
        currentTarget.currentTime = at.current.seconds;
        if (at.current.playing) void currentTarget.play();
      }}
      onError={onError}
    />
  );
}

function Pdf({ name, src }: Pick<ShownProps, 'name' | 'src'>) {
  const { t } = useTranslation('preview');
  // phones cannot show it inside a page
  if (!navigator.pdfViewerEnabled) return <p>{t('pdfElsewhere')}</p>;
  return <iframe className="wm-preview-pdf" title={name} src={`${src}${VIEW}`} />;
}

/** One file as the browser shows it: picture, PDF, video, recording or text; anything else as a download. */
export function FilePreview(props: FilePreviewProps) {
  const { name, mediaType, size, previewable, url, onRenew } = props;
  const { t } = useTranslation('preview');
  const format = useFormat();
  const kind = previewKind(mediaType, previewable);
  const { src, failed, onError, tryAgain } = useFileLink(url, onRenew);
  useAnnouncement(failed ? t('failed') : null);
  const shown = { name, mediaType, src, onError };

  return (
    <div className="wm-preview" data-kind={kind}>
      {failed && (
        <div className="wm-preview-failed">
          <p>{t('failed')}</p>
          <Button variant="default" size="sm" onClick={tryAgain}>
            {t('again')}
          </Button>
        </div>
      )}
      {!failed && kind === 'image' && (
        <img className="wm-preview-image" src={src} alt={t('image', { name })} onError={onError} />
      )}
      {!failed && kind === 'pdf' && <Pdf {...shown} />}
      {!failed && (kind === 'video' || kind === 'audio') && <Player as={kind} {...shown} />}
      {!failed && kind === 'text' && <TextPreview src={src} onError={onError} />}
      {kind === 'none' && <p>{t('none')}</p>}
      <p className="wm-preview-links">
        <a className="wm-link" href={url} download={name}>
          <IconDownload size={16} stroke={ICON_STROKE} aria-hidden="true" />
          {size === null ? t('download') : t('downloadSize', { size: format.bytes(size) })}
        </a>
        {(kind === 'pdf' || kind === 'image') && (
          <a className="wm-link" href={url} target="_blank" rel="noopener noreferrer">
            <IconExternalLink size={16} stroke={ICON_STROKE} aria-hidden="true" />
            {t('newTab')}
          </a>
        )}
      </p>
    </div>
  );
}
