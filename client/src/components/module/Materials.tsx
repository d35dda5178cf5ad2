import { IconExternalLink, IconFileOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Licence } from '../../../../contract/content.ts';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { Names } from '../words/Names.tsx';
import { OutsideLink } from '../words/OutsideLink.tsx';
import { PlainWords } from '../words/Words.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import type { BlockOf } from './blockOf.ts';

const icon = { size: 18, stroke: ICON_STROKE, 'aria-hidden': true } as const;

/** Under which licence something is used, and whose work it is; nothing if neither is known. */
function LicenceLine({ licence }: { licence: Licence }) {
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

/**
 * A page or video of another site. It is a link: the page's policy allows no frames of other sites, and nothing is requested there
 * before somebody follows it.
 */
export function EmbedLink({ block }: { block: BlockOf<'embed'> }) {
  const { t } = useTranslation('module');
  const { title, url, alternative, licence } = block;
  return (
    <div className="wm-block">
      <h3 className="wm-label" dir="auto">
        {title}
      </h3>
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

/** A file to start from. Files of content are not served yet, and it says so. */
export function StarterFile({ block }: { block: BlockOf<'file'> }) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const { title, size, licence } = block;
  return (
    <div className="wm-block">
      <p className="wm-block-title">
        <IconFileOff {...icon} />
        <strong dir="auto">{title}</strong>
      </p>
      <p className="wm-small">{t('block.file', { size: format.bytes(size) })}</p>
      <LicenceLine licence={licence} />
    </div>
  );
}
