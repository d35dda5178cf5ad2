import { useEffect, useRef } from 'react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { Role } from '../../../../contract/common.ts';
import { useMaybeSession } from '../../api/ApiProvider.tsx';
import type { PageKind } from '../../frame/frameHeight.ts';
import { useFrameHeight } from '../../frame/FrameProvider.tsx';
import { followKeyboard } from '../../frame/keyboard.ts';
import { keepScrollPosition } from '../../frame/scrollPosition.ts';
import { FrameBar, PlainBar } from '../bar/FrameBar.tsx';
import type { Bar } from '../bar/FrameBar.tsx';
import { RoleContext } from './role.ts';
import { PendingPageNotice } from './PendingPageNotice.tsx';
import { SessionOverNotice } from './SessionOverNotice.tsx';
import './page.css';

export interface PageProps {
  /** The document's title. */
  title: string;
  bar: Bar;
  /** The role under which an inner page is shown; by default the one that the launch began with. */
  forRole?: Role;
  /** A workspace fills the window and scrolls in its panes; a reading page is as long as its content. */
  kind?: PageKind;
  /** Width of a reading page: 1080 px, or 512 for one column of text. */
  width?: 'page' | 'column';
  status?: ReactNode;
  save?: ReactNode;
  /** Unsaved text for [Copy my text] if the session ends while the page is open. */
  unsavedText?: () => string;
  children: ReactNode;
}

function SkipLink({ target }: { target: () => HTMLElement | null }) {
  const { t } = useTranslation();
  return (
    <a
      className="wm-skip"
      href="#work"
      onClick={(event) => {
        // Not by the URL: that would add an entry to the history.
        event.preventDefault();
        target()?.focus();
      }}
    >
      {t('app.skip')}
    </a>
  );
}

/** While an on-screen keyboard is open, a workspace uses the remaining space, and its lower bars give way (`wm-gives-way`). */
function useKeyboardRoom(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    return followKeyboard((typing) => {
      if (!typing) return void delete element.dataset['typing'];
      element.dataset['typing'] = typing.tight ? 'tight' : 'true';
      element.style.setProperty('--wm-typing-top', `${typing.top}px`);
      element.style.setProperty('--wm-typing-height', `${typing.height}px`);
    });
  }, [frame]);
}

/** Turning a phone keeps the reading position. */
function useKeptPlace(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => (frame.current ? keepScrollPosition(frame.current) : undefined), [frame]);
}

/** The frame of every page: skip link, bar, main; manages the frame's height, the title and the focus. */
export function Page(props: PageProps) {
  const { title, bar, kind = 'reading', width = 'page', status, save, unsavedText, children } = props;
  const { t } = useTranslation();
  const session = useMaybeSession();
  const frame = useRef<HTMLDivElement>(null);
  const main = useRef<HTMLElement>(null);
  useFrameHeight(kind, frame);
  useKeyboardRoom(frame);
  useKeptPlace(frame);
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);

  const role = bar.kind === 'top' ? bar.role : (props.forRole ?? session?.startsAs ?? 'participant');
  return (
    <RoleContext value={role}>
      <div className="wm-frame" data-kind={kind} ref={frame}>
        <SkipLink target={() => main.current} />
        <div>
          {bar.kind === 'plain' ? <PlainBar /> : <FrameBar bar={bar} status={status} save={save} />}
          {session?.practice && <p className="wm-practice">{t('bar.practice')}</p>}
          <PendingPageNotice />
          <SessionOverNotice {...(unsavedText ? { unsavedText } : {})} />
        </div>
        <main
          id="work"
          ref={main}
          tabIndex={-1}
          className={kind === 'workspace' ? 'wm-workspace' : 'wm-reading'}
          data-width={width}
          // on paper there is no bar to say what this is
          data-print-title={bar.kind === 'inner' ? bar.title : undefined}
        >
          {children}
        </main>
      </div>
    </RoleContext>
  );
}
