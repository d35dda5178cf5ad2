import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { artifactEndpoints } from '../../../../../contract/artifacts.ts';
import type { ArtifactView } from '../../../../../contract/artifacts.ts';
import type { EvidenceView } from '../../../../../contract/attempts.ts';
import { useLoad } from '../../../api/queries.ts';
import { Dialog } from '../../../components/dialog/Dialog.tsx';
import { Loaded } from '../../../components/states/Loaded.tsx';

/** Longest part of a text file that is shown, in characters. */
const TEXT_SHOWN = 100_000;

function TextPreview({ url }: { url: string }) {
  const { t } = useTranslation('module');
  const text = useQuery({
    queryKey: ['file', url],
    queryFn: async ({ signal }) => {
      const response = await window.fetch(url, { signal, credentials: 'omit' });
      if (!response.ok) throw new Error(`the file answered ${response.status}`);
      return (await response.text()).slice(0, TEXT_SHOWN);
    },
  });
  if (text.error) return <p>{t('preview.failed')}</p>;
  return (
    <pre className="wm-preview-text" dir="auto">
      {text.data}
    </pre>
  );
}

function Content({ file }: { file: ArtifactView }) {
  const { t } = useTranslation('module');
  const { url, kind, mediaType, name } = file;
  if (url === null || !file.previewable) return <p>{t('preview.failed')}</p>;
  if (kind === 'image') return <img className="wm-preview-picture" src={url} alt={name} />;
  if (kind === 'video') {
    return (
      <video className="wm-preview-picture" src={url} controls playsInline>
        <track kind="captions" />
      </video>
    );
  }
  if (kind === 'audio') {
    return (
      <audio className="wm-preview-sound" src={url} controls>
        <track kind="captions" />
      </audio>
    );
  }
  if (mediaType === 'application/pdf') {
    return <iframe className="wm-preview-pdf" src={url} title={t('preview.frame', { name })} />;
  }
  return <TextPreview url={url} />;
}

/** Shows what a browser can show by itself, by a fresh signed link. */
export function PreviewDialog({ piece, onClose }: { piece: EvidenceView; onClose: () => void }) {
  const { t } = useTranslation('module');
  const file = useLoad(artifactEndpoints.artifact, { params: { id: piece.id } }, { staleTime: 0 });
  return (
    <Dialog opened onClose={onClose} title={piece.name}>
      <div className="wm-preview">
        <Loaded query={file} skeleton="text">
          {(data) => (
            <>
              <Content file={data} />
              {data.url !== null && (
                <a className="wm-link" href={data.url} download={data.name}>
                  {t('preview.download')}
                </a>
              )}
            </>
          )}
        </Loaded>
      </div>
    </Dialog>
  );
}
