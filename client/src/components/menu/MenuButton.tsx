import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { createPortal } from 'react-dom';
import { ActionIcon, Button } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import './menu.css';

export interface MenuEntry {
  readonly key: string;
  readonly label: string;
  readonly icon?: Icon;
  readonly onSelect: () => void;
  /** Language of the label, if it is not the page's. */
  readonly lang?: string;
}

export interface MenuButtonProps {
  /** Names the button and its menu. */
  label: string;
  /** Content of the button, 20 px; beside its label 18 px. */
  children: ReactNode;
  /** Whether people read the label in the button; otherwise they see only its content. */
  isLabelShown?: boolean;
  entries: readonly MenuEntry[];
}

type Move = 'next' | 'previous' | 'first' | 'last';
const MOVES: Readonly<Record<string, Move>> = {
  ArrowDown: 'next',
  ArrowUp: 'previous',
  Home: 'first',
  End: 'last',
};

function moveFocus(menu: HTMLElement, move: Move): void {
  const items = [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const at = items.findIndex((item) => item === document.activeElement);
  const to = { next: at + 1, previous: at - 1, first: 0, last: items.length - 1 }[move];
  items[(to + items.length) % items.length]?.focus({ preventScroll: true });
}

/** Moves to the next entry that begins with this letter. */
function seek(menu: HTMLElement, letter: string): void {
  const items = [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const at = items.findIndex((item) => item === document.activeElement);
  const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  order.find((item) => item.textContent?.toLowerCase().startsWith(letter.toLowerCase()))?.focus();
}

const GAP = 2;
const EDGE = 8;

/** Aligned with the button's end, below it or above it if there is more room; never outside the screen. */
function place(button: DOMRect, menu: HTMLElement): void {
  const visual = window.visualViewport;
  const top = visual?.offsetTop ?? 0;
  const bottom = top + (visual?.height ?? window.innerHeight);
  const below = bottom - button.bottom - GAP - EDGE;
  const above = button.top - top - GAP - EDGE;
  menu.style.maxBlockSize = '';
  const isBelow = menu.offsetHeight <= below || below >= above;
  menu.style.maxBlockSize = `${Math.max(88, isBelow ? below : above)}px`;
  menu.style.insetBlockStart = `${isBelow ? button.bottom + GAP : button.top - GAP - menu.offsetHeight}px`;
  const width = document.documentElement.clientWidth;
  const isRtl = document.documentElement.dir === 'rtl';
  const end = isRtl ? button.left : width - button.right;
  menu.style.insetInlineEnd = `${Math.max(EDGE, Math.min(end, width - menu.offsetWidth - EDGE))}px`;
}

/** Keeps the open menu at its button: it is in front of all bars, outside anything that scrolls or clips. */
function usePlace(opened: boolean, box: RefObject<HTMLElement | null>, menu: RefObject<HTMLElement | null>) {
  useLayoutEffect(() => {
    if (!opened) return undefined;
    const follow = () => {
      if (box.current && menu.current) place(box.current.getBoundingClientRect(), menu.current);
    };
    follow();
    document.addEventListener('scroll', follow, { capture: true, passive: true });
    window.addEventListener('resize', follow);
    return () => {
      document.removeEventListener('scroll', follow, { capture: true });
      window.removeEventListener('resize', follow);
    };
  }, [opened, box, menu]);
}

/** Closes on a press or focus elsewhere, and opens with focus on the first entry. */
function useDropdown() {
  const [opened, setOpened] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const menu = useRef<HTMLUListElement>(null);
  usePlace(opened, box, menu);
  useEffect(() => {
    if (!opened) return undefined;
    if (menu.current) moveFocus(menu.current, 'first');
    const elsewhere = (event: Event) => {
      if (!(event.target instanceof Node)) return;
      const own = box.current?.contains(event.target) || menu.current?.contains(event.target);
      if (!own) setOpened(false);
    };
    document.addEventListener('pointerdown', elsewhere);
    document.addEventListener('focusin', elsewhere);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
      document.removeEventListener('focusin', elsewhere);
    };
  }, [opened]);
  return { opened, setOpened, box, menu };
}

/** A button with a menu below its end (the ARIA menu button pattern): arrows, Home, End, first letters, Escape. */
export function MenuButton({ label, children, isLabelShown = false, entries }: MenuButtonProps) {
  const { opened, setOpened, box, menu } = useDropdown();
  const id = useId();

  const close = () => {
    setOpened(false);
    box.current?.querySelector('button')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>) => {
    const move = MOVES[event.key];
    if (event.key === 'Escape') close();
    // to what follows the button, not to what follows the menu at the page's end
    else if (event.key === 'Tab') close();
    else if (move) {
      event.preventDefault();
      moveFocus(event.currentTarget, move);
    } else if (/^\p{L}$/u.test(event.key)) seek(event.currentTarget, event.key);
  };
  const opens = {
    'aria-haspopup': 'menu',
    'aria-expanded': opened,
    ...(opened ? { 'aria-controls': id } : {}),
    onClick: () => setOpened(!opened),
  } as const;
  return (
    <div className="wm-menu-box" ref={box}>
      {isLabelShown ? (
        <Button variant="subtle" size="sm" leftSection={children} {...opens}>
          {label}
        </Button>
      ) : (
        <ActionIcon variant="subtle" color="gray" size={40} aria-label={label} {...opens}>
          {children}
        </ActionIcon>
      )}
      {opened &&
        createPortal(
          <ul
            id={id}
            ref={menu}
            className="wm-menu wm-plain-list"
            role="menu"
            aria-label={label}
            onKeyDown={onKeyDown}
          >
            {entries.map(({ key, label: text, icon: Shape, onSelect, lang }) => (
              <li key={key} role="none">
                <button
                  type="button"
                  role="menuitem"
                  tabIndex={-1}
                  {...(lang ? { lang } : {})}
                  onClick={() => {
                    close();
                    onSelect();
                  }}
                >
                  {Shape && <Shape size={18} stroke={ICON_STROKE} aria-hidden="true" />}
                  {text}
                </button>
              </li>
            ))}
          </ul>,
          document.body,
        )}
    </div>
  );
}
