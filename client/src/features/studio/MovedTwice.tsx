import { Button } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Block } from '../../../../contract/content.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { findPlacesOf, moveBlockTo } from './blockMoves.ts';
import { findModule } from './changes.ts';
import { useStudio } from './studioContext.ts';
import type { StepPlace } from './studioModel.ts';
import { usePlaceName } from './usePlaceName.ts';

/** Two designers moved a block at once: it is in both places until one is chosen. */
export function MovedTwice({ block, here }: { block: Block; here: StepPlace }) {
  const { t } = useTranslation('studio');
  const { parts, change } = useStudio();
  const nameOf = usePlaceName();
  const places = findPlacesOf(parts, block.key);
  const words = places.length > 1 ? t('move.twice') : null;
  useAnnouncement(words);
  if (words === null) return null;
  const keep = (place: StepPlace) =>
    change((now) => {
      const step = findModule(now, place.module)?.steps.find(({ key }) => key === place.step);
      return moveBlockTo(now, block.key, { ...place, at: step?.blocks.indexOf(block.key) ?? 0 });
    });
  return (
    <div className="wm-studio-conflict" role="group" aria-label={t('conflict.title')}>
      <p>
        <IconUsers size={18} stroke={ICON_STROKE} aria-hidden="true" />
        <span>{words}</span>
      </p>
      <div className="wm-row">
        {places.map((place) => (
          <Button
            key={`${place.module}/${place.step}`}
            size="sm"
            variant="default"
            onClick={() => keep(place)}
          >
            {place.module === here.module && place.step === here.step
              ? t('move.keepHere')
              : t('move.keepIn', { place: nameOf(place) })}
          </Button>
        ))}
      </div>
    </div>
  );
}
