import { useEffect, useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import {
  IconArrowDown,
  IconArrowUp,
  IconArrowsSort,
  IconCopy,
  IconGripVertical,
  IconHistory,
  IconTrash,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Part } from '../../../../contract/studioParts.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { MenuButton } from '../../components/menu/MenuButton.tsx';
import type { MenuEntry } from '../../components/menu/MenuButton.tsx';
import { MoveDialog } from './MoveDialog.tsx';
import { PartHistoryDialog } from './PartHistoryDialog.tsx';
import type { Grip } from './useDragOrder.ts';

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
  /** The part that it is, if its earlier states can be looked at. */
  part?: Part;
  /** Where it is dragged, too. */
  grip?: Grip;
  /** Moves it out of the list, over its beginning or its end; null where there is nothing further. */
  beyond?: { readonly before: (() => void) | null; readonly after: (() => void) | null };
  /** Asks where to move it; by default for its place in the list. */
  renderDialog?: (onClose: () => void) => ReactNode;
}

/** Moves an entry and says so. */
function useMove({ name, at, names, onMove, beyond }: ItemMenuProps): (to: number) => void {
  const { t } = useTranslation('studio');
  const { polite } = useAnnounce();
  return (to) => {
    if (to < 0) return beyond?.before?.();
    if (to >= names.length) return beyond?.after?.();
    if (to === at) return;
    onMove(to);
    polite(t('move.moved', { name, n: to + 1, count: names.length }));
  };
}

/** Alt and an arrow move the entry that has the focus, from anywhere in it (`data-movable`); the focus stays where it is. */
function useMoveKeys(grip: RefObject<HTMLElement | null>, at: number, move: (to: number) => void): void {
  const latest = useRef({ at, move });
  useEffect(() => {
    latest.current = { at, move };
  });
  useEffect(() => {
    const entry = grip.current?.closest<HTMLElement>('[data-movable]');
    const onKeyDown = (event: KeyboardEvent) => {
      if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
      event.preventDefault();
      // an entry may be in one that can be moved, too
      event.stopPropagation();
      const focused = document.activeElement;
      latest.current.move(latest.current.at + (event.key === 'ArrowUp' ? -1 : 1));
      // it may have been put in anew at its new place
      requestAnimationFrame(() => focused instanceof HTMLElement && focused.focus());
    };
    entry?.addEventListener('keydown', onKeyDown);
    return () => entry?.removeEventListener('keydown', onKeyDown);
  }, [grip]);
}

/** The grip of an entry: drag it, or press it for what else can be done. */
export function ItemMenu(props: ItemMenuProps) {
  const { name, at, names, onDuplicate, onRemove, part, grip, beyond, renderDialog } = props;
  const { t } = useTranslation('studio');
  const { polite } = useAnnounce();
  const [moving, setMoving] = useState(false);
  const [looking, setLooking] = useState(false);
  const move = useMove(props);
  const handle = useRef<HTMLSpanElement>(null);
  useMoveKeys(handle, at, move);
  const entries: (MenuEntry | false)[] = [
    (at > 0 || Boolean(beyond?.before)) && {
      key: 'up',
      label: t('move.up'),
      icon: IconArrowUp,
      onSelect: () => move(at - 1),
    },
    (at < names.length - 1 || Boolean(beyond?.after)) && {
      key: 'down',
      label: t('move.down'),
      icon: IconArrowDown,
      onSelect: () => move(at + 1),
    },
    (names.length > 1 || renderDialog !== undefined) && {
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
    part !== undefined && {
      key: 'history',
      label: t('move.history'),
      icon: IconHistory,
      onSelect: () => setLooking(true),
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
    <span className="wm-studio-grip" ref={handle} {...grip}>
      <MenuButton label={t('move.menu', { name })} entries={entries.filter((entry) => entry !== false)}>
        <IconGripVertical size={18} stroke={ICON_STROKE} aria-hidden="true" />
      </MenuButton>
      {looking && part && <PartHistoryDialog part={part} name={name} onClose={() => setLooking(false)} />}
      {moving &&
        (renderDialog?.(() => setMoving(false)) ?? (
          <MoveDialog name={name} others={others} at={at} onMove={move} onClose={() => setMoving(false)} />
        ))}
    </span>
  );
}
