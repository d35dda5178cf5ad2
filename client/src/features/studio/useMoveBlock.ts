import { useTranslation } from 'react-i18next';
import type { Block } from '../../../../contract/content.ts';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { moveBlockTo } from './blockMoves.ts';
import type { BlockPlace } from './blockMoves.ts';
import { useStudio } from './studioContext.ts';
import { focusMoved } from './target.ts';
import { useBlockName } from './useBlockName.ts';
import { usePlaceName } from './usePlaceName.ts';

/** Moves a block to a step of any module, says so, and takes the focus along. */
export function useMoveBlock(): (block: Block, to: BlockPlace) => void {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { polite } = useAnnounce();
  const nameOf = useBlockName();
  const placeOf = usePlaceName();
  return (block, to) => {
    change((now) => moveBlockTo(now, block.key, to));
    polite(t('move.movedTo', { name: nameOf(block), place: placeOf(to) }));
    focusMoved(block.key);
  };
}
