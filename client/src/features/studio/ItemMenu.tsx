import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import {
  IconArrowDown,
  IconArrowUp,
  IconArrowsSort,
  IconCopy,
  IconGripVertical,
  IconTrash,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { MenuButton } from '../../components/menu/MenuButton.tsx';
import type { MenuEntry } from '../../components/menu/MenuButton.tsx';
import { MoveDialog } from './MoveDialog.tsx';

export interface ItemMenuProps {
  /** What people call this entry. */
  name: string;
  /** Its place, from 0. */
  at: number;
  /** Names of all entries of the list, in order. */
  names: readonly string[];
  onMove: (to: number) => void;
  onDuplicate?: () => void;
  onRemove?: () => void;
}

/** Moves an entry and says so. */
export function useMove({ name, at, names, onMove }: Omit<ItemMenuProps, 'onDuplicate' | 'onRemove'>) {
  const { t } = useTranslation('studio');
  const { polite } = useAnnounce();
  return (to: number) => {
    if (to < 0 || to >= names.length || to === at) return;
    onMove(to);
    polite(t('move.moved', { name, n: to + 1, count: names.length }));
  };
}

/** Alt and an arrow move the entry that has the focus, which stays on it. */
export function moveByKey(event: KeyboardEvent<HTMLElement>, at: number, move: (to: number) => void): void {
  if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
  event.preventDefault();
  event.stopPropagation();
  const focused = document.activeElement;
  move(at + (event.key === 'ArrowUp' ? -1 : 1));
  // it may have been put in anew at its new place
  requestAnimationFrame(() => focused instanceof HTMLElement && focused.focus());
}

/** The grip of an entry: drag it, or press it for what else can be done. */
export function ItemMenu(props: ItemMenuProps) {
  const { name, at, names, onDuplicate, onRemove } = props;
  const { t } = useTranslation('studio');
  const { polite } = useAnnounce();
  const [moving, setMoving] = useState(false);
  const move = useMove(props);
  const entries: (MenuEntry | false)[] = [
    at > 0 && { key: 'up', label: t('move.up'), icon: IconArrowUp, onSelect: () => move(at - 1) },
    at < names.length - 1 && {
      key: 'down',
      label: t('move.down'),
      icon: IconArrowDown,
      onSelect: () => move(at + 1),
    },
    names.length > 1 && {
      key: 'to',
      label: t('move.to'),
      icon: IconArrowsSort,
      onSelect: () => setMoving(true),
    },
    onDuplicate !== undefined && {
      key: 'duplicate',
      label: t('move.duplicate'),
      icon: IconCopy,
      onSelect: onDuplicate,
    },
    onRemove !== undefined && {
      key: 'remove',
      label: t('move.remove'),
      icon: IconTrash,
      onSelect: () => {
        onRemove();
        polite(t('move.removed', { name }));
      },
    },
  ];
  const others = names.filter((_, place) => place !== at);
  return (
    <>
      <MenuButton label={t('move.menu', { name })} entries={entries.filter((entry) => entry !== false)}>
        <IconGripVertical size={18} stroke={ICON_STROKE} aria-hidden="true" />
      </MenuButton>
      {moving && (
        <MoveDialog name={name} others={others} at={at} onMove={move} onClose={() => setMoving(false)} />
      )}
    </>
  );
}
