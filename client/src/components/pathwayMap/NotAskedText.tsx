import { useTranslation } from 'react-i18next';
import type { MapModule } from '../../../../contract/pathways.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';

/** Why a module counts as done or is not needed, in words. */
export function NotAskedText({ notAsked }: { notAsked: NonNullable<MapModule['notAsked']> }) {
  const { t } = useTranslation('map');
  const format = useFormat();
  if (notAsked.why === 'held')
    return <p className="wm-small">{t('notAsked.held', { title: notAsked.title })}</p>;
  if (notAsked.why === 'enough') return <p className="wm-small">{t('notAsked.enough')}</p>;
  const { tracks } = notAsked;
  return (
    <p className="wm-small">
      {tracks.length === 0
        ? t('notAsked.tracks')
        : t('notAsked.track', { names: format.choices(tracks.map((title) => `“${title}”`)) })}
    </p>
  );
}
