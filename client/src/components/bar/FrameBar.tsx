import type { ReactNode } from 'react';
import { IconArrowBackUp, IconChevronLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Role } from '../../../../contract/common.ts';
import type { SessionInfo } from '../../../../contract/sessions.ts';
import { useMaybeSession, usePaths } from '../../api/ApiProvider.tsx';
import { useOnline } from '../../api/useOnline.ts';
import { useAutosaves } from '../../autosave/registry.ts';
import { isEverythingSafe } from '../../autosave/textState.ts';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { Logo } from '../logo/Logo.tsx';
import { SafetyState } from '../save/SafetyState.tsx';
import { PageTitle } from '../page/PageTitle.tsx';
import { MessagesBell } from './MessagesBell.tsx';
import { MoreMenu } from './MoreMenu.tsx';
import { useTabs } from './tabs.ts';
import type { TabId } from './tabs.ts';
import { useUnread } from './useUnread.ts';
import './bar.css';

/** A top page: the logo and the tabs of one role. */
interface TopBar {
  readonly kind: 'top';
  readonly role: Role;
  readonly tab: TabId;
  /** A number in amber after a tab's label: this many are your turn. */
  readonly counts?: Partial<Record<TabId, number>>;
}

/** An inner page: back, its parent's name and its own title. */
interface InnerBar {
  readonly kind: 'inner';
  /** Where "back" leads, below `/app/:key`. */
  readonly back: string;
  readonly parent: string;
  readonly title: string;
  /** True if the page has no other h1: the bar's title is then the h1. */
  readonly isHeading?: boolean;
}

/** A page with no navigation except its own actions: the picker, the welcome page. */
interface NoBar {
  readonly kind: 'plain';
}

export type Bar = TopBar | InnerBar | NoBar;

export interface FrameBarProps {
  bar: TopBar | InnerBar;
  /** Before the save state: "due Wed, about 14 min". */
  status?: ReactNode;
  /** The page's `<SaveState>`. */
  save?: ReactNode;
}

function Tabs({ bar }: { bar: TopBar }) {
  const { t } = useTranslation();
  const { to } = usePaths();
  const tabsOf = useTabs();
  return (
    <>
      <Logo />
      <nav aria-label={t('bar.sections')}>
        <ul className="wm-tabs wm-plain-list">
          {tabsOf(bar.role).map(({ id, path }) => (
            <li key={id}>
              <Link to={to(path)} replace {...(id === bar.tab ? { 'aria-current': 'page' as const } : {})}>
                {t(`bar.tabs.${id}`)}
                {bar.counts?.[id] ? <span className="wm-tab-count">{bar.counts[id]}</span> : null}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
    </>
  );
}

function Inner({ bar }: { bar: InnerBar }) {
  const { t } = useTranslation();
  const { to } = usePaths();
  return (
    <>
      <Link className="wm-bar-back" to={to(bar.back)} aria-label={t('bar.back', { place: bar.parent })}>
        <IconChevronLeft className="wm-mirror" size={20} stroke={ICON_STROKE} aria-hidden="true" />
      </Link>
      <div className="wm-bar-place">
        <span className="wm-bar-parent" aria-hidden="true">
          <bdi>{bar.parent}</bdi>
          {/* still loading, or failed: there is no title yet */}
          {bar.title && <span className="wm-bar-slash">/</span>}
        </span>
        {bar.isHeading ? (
          <PageTitle className="wm-bar-title">{bar.title}</PageTitle>
        ) : (
          <span className="wm-bar-title" dir="auto">
            {bar.title}
          </span>
        )}
      </div>
    </>
  );
}

/** A link out of the tool, and which wording is true of it. */
interface LmsLink {
  readonly href: string;
  readonly to: 'toCourse' | 'toLms';
}

/**
 * Where the LMS is, for a page that is not in its frame: the URL that the launch named (checked when it came), else the LMS's
 * own. Null in a frame, and if nothing is known.
 */
function lmsLinkOf(frame: SessionInfo['frame'] | undefined): LmsLink | null {
  if (window.parent !== window || !frame) return null;
  if (frame.returnUrl !== null) return { href: frame.returnUrl, to: 'toCourse' };
  const origin = frame.origins.find((one) => !one.includes('*'));
  return origin === undefined ? null : { href: origin, to: 'toLms' };
}

/**
 * If the tool is the whole page (Moodle on phones, a window of its own), the way back to the course; in a frame, the course
 * surrounds it. If the LMS named no URL of the course, the LMS's own.
 */
function LmsLinkButton({ alone = false }: { alone?: boolean }) {
  const { t } = useTranslation();
  const link = lmsLinkOf(useMaybeSession()?.frame);
  if (!link) return null;
  const label = t(`bar.${link.to}`);
  return (
    <a className="wm-bar-course" href={link.href} rel="noopener" title={label}>
      <IconArrowBackUp className="wm-mirror" size={20} stroke={ICON_STROKE} aria-hidden="true" />
      <span {...(alone ? {} : { className: 'wm-wide-only' })}>{label}</span>
    </a>
  );
}

/** On a page without tabs or title: the way back, if there is one, and whatever is offline or not saved yet. */
export function PlainBar() {
  const link = lmsLinkOf(useMaybeSession()?.frame);
  const { texts } = useAutosaves();
  const isSettled = useOnline() && isEverythingSafe(texts);
  if (!link && isSettled) return null;
  return (
    <header className="wm-bar wm-bar-plain wm-no-print">
      <LmsLinkButton alone />
      <div className="wm-bar-end">
        <SafetyState />
      </div>
    </header>
  );
}

/** The only chrome of the product, 52 px: the location at the start, the save state and ⋯ at the end. */
export function FrameBar({ bar, status, save }: FrameBarProps) {
  const session = useMaybeSession();
  const unread = useUnread();
  return (
    <header className="wm-bar wm-no-print">
      <LmsLinkButton />
      {bar.kind === 'top' ? <Tabs bar={bar} /> : <Inner bar={bar} />}
      <div className="wm-bar-end">
        {status && <span className="wm-bar-status wm-small">{status}</span>}
        {save ?? <SafetyState />}
        {session && <MessagesBell unread={unread} />}
        <MoreMenu unread={unread} />
      </div>
    </header>
  );
}
