import { IconDownload, IconExternalLink } from '@tabler/icons-react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { contentFileEndpoints, downloadNameOf } from '../../../../contract/contentFiles.ts';
import type { Licence } from '../../../../contract/content.ts';
import { startDownload } from '../../api/download.ts';
import { hasCode } from '../../api/errors.ts';
import { useSend } from '../../api/queries.ts';
import { useAnnouncement } from '../live/useAnnouncement.ts';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { Names } from '../words/Names.tsx';
import { OutsideLink } from '../words/OutsideLink.tsx';
import { PlainWords } from '../words/Words.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import type { BlockOf } from './blockOf.ts';

type FileKindName = 'pdf' | 'image' | 'audio' | 'video' | 'text' | 'document';

/** What people call a file of this media type. */
function kindOfType(mediaType: string): FileKindName {
  if (mediaType === 'application/pdf') return 'pdf';
  const [kind] = mediaType.split('/');
  return kind === 'image' || kind === 'audio' || kind === 'video' || kind === 'text' ? kind : 'document';
}

const icon = { size: 18, stroke: ICON_STROKE, 'aria-hidden': true } as const;

/** Under which licence something is used, and whose work it is; nothing if neither is known. */
export function LicenceLine({ licence }: { licence: Licence }) {
  const { t } = useTranslation('module');
  const { name, attribution } = licence;
  if (name === '' && attribution === '') return null;
  return (
    <p className="wm-micro">
      <Names>{[name && t('block.licence', { name }), attribution]}</Names>
    </p>
  );
}

/** Something to read or use elsewhere. */
export function ResourceLink({ block }: { block: BlockOf<'resource'> }) {
  const { title, url, note, licence } = block;
  return (
    <div className="wm-block">
      <p className="wm-block-title">
        <IconExternalLink {...icon} />
        <OutsideLink href={url}>
          <bdi>{title || url}</bdi>
        </OutsideLink>
      </p>
      {note && <PlainWords size="small">{note}</PlainWords>}
      <LicenceLine licence={licence} />
    </div>
  );
}

/** A file to start from. The link to it is made when it is wanted, since it is valid for minutes only. */
export function StarterFile({ block }: { block: BlockOf<'file'> }) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const { title, size, mediaType, sha256, licence } = block;
  const name = downloadNameOf(block);
  const link = useSend(contentFileEndpoints.link, { onSuccess: ({ url }) => startDownload(url, name) });
  const problem = link.error ? t(hasCode(link.error, 'NOT_FOUND') ? 'block.noFile' : 'block.failed') : null;
  useAnnouncement(problem);
  return (
    <div className="wm-block">
      <p className="wm-block-title">
        <strong dir="auto">{title || name}</strong>
      </p>
      <p className="wm-small">
        <Names>{[format.bytes(size), t(`block.kind.${kindOfType(mediaType)}`)]}</Names>
      </p>
      <div className="wm-no-print">
        <Button
          size="sm"
          variant="default"
          loading={link.isPending}
          leftSection={<IconDownload {...icon} />}
          aria-label={t('block.downloadNamed', { title: title || name })}
          onClick={() => link.send({ params: { sha256 }, body: { name } })}
        >
          {t('block.download')}
        </Button>
      </div>
      {problem && <p className="wm-field-problem">{problem}</p>}
      <LicenceLine licence={licence} />
    </div>
  );
}
