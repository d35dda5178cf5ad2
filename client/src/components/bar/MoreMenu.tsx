import { useState } from 'react';
import {
  IconBell,
  IconDots,
  IconExternalLink,
  IconHelp,
  IconLanguage,
  IconLogout,
  IconPrinter,
  IconSwitchHorizontal,
  IconTextSize,
  IconUserCircle,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Role } from '../../../../contract/common.ts';
import type { SessionInfo } from '../../../../contract/sessions.ts';
import { useApi, useMaybeSession, usePaths } from '../../api/ApiProvider.tsx';
import { CHOOSABLE } from '../../i18n/languages.ts';
import { autosavesOf } from '../../autosave/registry.ts';
import { isEverythingSafe } from '../../autosave/textState.ts';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { useAnnounce } from '../live/Announcer.tsx';
import { MenuButton } from '../menu/MenuButton.tsx';
import type { MenuEntry } from '../menu/MenuButton.tsx';
import { useRole } from '../page/role.ts';
import { Dialog } from '../dialog/Dialog.tsx';
import { LookDialog } from './LookDialog.tsx';
import { useTabs } from './tabs.ts';

/** Whether a role has pages: own work for people who take part, a preview if the link shows something. */
function hasPages(role: Role, session: SessionInfo | null | undefined): boolean {
  if (role === 'participant') return session?.takesPart === true;
  if (role === 'designer') return session?.shows.kind === 'pathway' || session?.shows.kind === 'module';
  return true;
}

/** Other roles that this session has and that have pages; each leads to its first tab. */
function useOtherRoles(): MenuEntry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { to } = usePaths();
  const session = useMaybeSession();
  const current = useRole();
  const tabsOf = useTabs();
  return (session?.roles ?? []).flatMap((role) => {
    const [first] = tabsOf(role);
    if (role === current || first === undefined || !hasPages(role, session)) return [];
    const onSelect = () => void navigate(to(first.path));
    return [{ key: role, label: t(`bar.switch.${role}`), icon: IconSwitchHorizontal, onSelect }];
  });
}

function useLanguages(): MenuEntry[] {
  const { i18n } = useTranslation();
  if (CHOOSABLE.length < 2) return [];
  return CHOOSABLE.map(({ code, name }) => ({
    key: code,
    label: name,
    lang: code,
    icon: IconLanguage,
    onSelect: () => void i18n.changeLanguage(code),
  }));
}

/** Only in a frame: a separate window needs no other. */
function useOwnWindow(): MenuEntry[] {
  const { t } = useTranslation();
  const { openWindow } = useApi();
  const announce = useAnnounce();
  if (window.parent === window) return [];
  const open = () => {
    const failed = () => announce.assertive(t('session.windowFailed'));
    openWindow().then((opened) => opened || failed(), failed);
  };
  return [{ key: 'window', label: t('bar.newWindow'), icon: IconExternalLink, onSelect: open }];
}

const TOPICS = ['saving', 'rubric', 'back', 'course'] as const;

/** Answers to the four most common questions. */
function HelpDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('help.title')}>
      <div className="wm-stack">
        {TOPICS.map((topic) => (
          <p key={topic}>{t(`help.${topic}`)}</p>
        ))}
      </div>
    </Dialog>
  );
}

/** ⋯: new window, other roles, language, text and theme, messages, my data, help, print, sign off. */
export function MoreMenu({ unread }: { unread: number }) {
  const { t } = useTranslation();
  const api = useApi();
  const { signOff } = api;
  const session = useMaybeSession();
  const navigate = useNavigate();
  const { to } = usePaths();
  const [dialog, setDialog] = useState<'help' | 'look' | null>(null);
  const close = () => setDialog(null);
  const withSession: MenuEntry[] = [...useOwnWindow(), ...useOtherRoles()];

  const openMe = () => void navigate(to('me'));
  // if something is waiting on this device, that page says so and asks before it is lost
  const leave = () => {
    if (!session) return;
    const owner = { institutionId: session.institution.id, personId: session.person.id };
    const autosaves = autosavesOf(api);
    void autosaves
      .flush()
      .then(() => autosaves.everything(owner))
      .then((texts) => (isEverythingSafe(texts, 'device') ? signOff() : openMe()));
  };
  const myData: MenuEntry = { key: 'me', label: t('bar.me'), icon: IconUserCircle, onSelect: openMe };

  const messages: MenuEntry = {
    key: 'messages',
    label: t('bar.messages', { count: unread }),
    icon: IconBell,
    onSelect: () => void navigate(to('messages')),
  };

  const entries: MenuEntry[] = [
    ...(session ? withSession : []),
    ...useLanguages(),
    { key: 'look', label: t('bar.look'), icon: IconTextSize, onSelect: () => setDialog('look') },
    ...(session ? [messages, myData] : []),
    { key: 'help', label: t('bar.help'), icon: IconHelp, onSelect: () => setDialog('help') },
    { key: 'print', label: t('bar.print'), icon: IconPrinter, onSelect: () => window.print() },
  ];
  if (session) {
    entries.push({ key: 'off', label: t('bar.signOff'), icon: IconLogout, onSelect: leave });
  }
  return (
    <>
      <MenuButton label={t('bar.more', { count: unread })} entries={entries}>
        <IconDots size={20} stroke={ICON_STROKE} aria-hidden="true" />
        {unread > 0 && <span className="wm-more-dot" aria-hidden="true" />}
      </MenuButton>
      <HelpDialog opened={dialog === 'help'} onClose={close} />
      <LookDialog opened={dialog === 'look'} onClose={close} />
    </>
  );
}
