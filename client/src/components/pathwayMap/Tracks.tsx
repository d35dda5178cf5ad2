import { useId } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MapTrack } from '../../../../contract/pathways.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { StateChip } from '../chip/StateChip.tsx';
import { PlainWords } from '../words/Words.tsx';

interface TracksProps {
  tracks: readonly MapTrack[];
  /** Null: nothing can be chosen here any more. */
  onChoose: ((track: string, chosen: boolean) => void) | null;
  /** One choice is being saved. */
  isBusy?: boolean;
}

function Track({ track, onChoose, isBusy }: Omit<TracksProps, 'tracks'> & { track: MapTrack }) {
  const { t } = useTranslation('map');
  const format = useFormat();
  const id = useId();
  const { title, summary, chosen, adds, minutes } = track;
  const values = { names: format.list(adds.map((name) => `“${name}”`)), time: format.minutes(minutes) };
  return (
    <li className="wm-card wm-track" aria-labelledby={id}>
      <div>
        <h3 id={id} className="wm-subheading" dir="auto">
          {title}
        </h3>
        {summary && <PlainWords size="small">{summary}</PlainWords>}
        {adds.length > 0 && <p className="wm-small">{t('tracks.adds', values)}</p>}
      </div>
      <div className="wm-row">
        {chosen && <StateChip state="approved">{t('tracks.chosen')}</StateChip>}
        {onChoose && (
          <Button
            variant="default"
            size="sm"
            aria-disabled={isBusy === true}
            aria-label={t(chosen ? 'tracks.leaveNamed' : 'tracks.chooseNamed', { title })}
            onClick={() => {
              if (!isBusy) onChoose(track.key, !chosen);
            }}
          >
            {t(chosen ? 'tracks.leave' : 'tracks.choose')}
          </Button>
        )}
      </div>
    </li>
  );
}

/** The tracks of a pathway: what each is and adds, to choose and to leave. */
export function Tracks({ tracks, onChoose, isBusy = false }: TracksProps) {
  const { t } = useTranslation('map');
  const id = useId();
  return (
    <section className="wm-tracks" aria-labelledby={id}>
      <h2 id={id} className="wm-heading">
        {t('tracks.title')}
      </h2>
      {onChoose && <p className="wm-small">{t('tracks.help')}</p>}
      <ul className="wm-plain-list">
        {tracks.map((track) => (
          <Track key={track.key} track={track} onChoose={onChoose} isBusy={isBusy} />
        ))}
      </ul>
    </section>
  );
}
