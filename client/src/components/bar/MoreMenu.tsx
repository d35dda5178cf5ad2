import { useState } from 'react';
import type { ReactNode } from 'react';
import { ActionIcon, Menu } from '@mantine/core';
import {
  IconDots,
  IconExternalLink,
  IconHelp,
  IconLanguage,
  IconLogout,
  IconPrinter,
  IconSwitchHorizontal,
  IconTextSize,
} from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useApi, useMaybeSession, usePaths } from '../../api/ApiProvider.tsx';
import { CHOOSABLE } from '../../i18n/languages.ts';
import { HAT_HOMES } from '../../routes.ts';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import { useAnnounce } from '../live/Announcer.tsx';
import { useHat } from '../page/hat.ts';
import { HelpDialog } from './HelpDialog.tsx';
import { LookDialog } from './LookDialog.tsx';

interface ItemProps {
  icon: Icon;
  onClick: () => void;
  children: ReactNode;
}

function Item({ icon: Shape, onClick, children }: ItemProps) {
  return (
    <Menu.Item leftSection={<Shape size={18} stroke={ICON_STROKE} aria-hidden="true" />} onClick={onClick}>
      {children}
    </Menu.Item>
  );
}

/** Other hats that this session has and that have pages. */
function OtherHats() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { to } = usePaths();
  const session = useMaybeSession();
  const current = useHat();
  const others = (session?.hats ?? []).filter((hat) => hat !== current && HAT_HOMES[hat] !== undefined);
  return others.map((hat) => (
    <Item key={hat} icon={IconSwitchHorizontal} onClick={() => void navigate(to(HAT_HOMES[hat] ?? ''))}>
      {t(`bar.switch.${hat}`)}
    </Item>
  ));
}

function Languages() {
  const { i18n } = useTranslation();
  if (CHOOSABLE.length < 2) return null;
  return CHOOSABLE.map(({ code, name }) => (
    <Item key={code} icon={IconLanguage} onClick={() => void i18n.changeLanguage(code)}>
      <span lang={code}>{name}</span>
    </Item>
  ));
}

function OwnWindow() {
  const { t } = useTranslation();
  const { openWindow } = useApi();
  const announce = useAnnounce();
  if (window.parent === window) return null;
  const open = () => {
    const failed = () => announce.assertive(t('session.windowFailed'));
    openWindow().then((opened) => opened || failed(), failed);
  };
  return (
    <Item icon={IconExternalLink} onClick={open}>
      {t('bar.newWindow')}
    </Item>
  );
}

/** ⋯: new window, other hats, language, text and theme, help, print, sign off. */
export function MoreMenu({ opened, onChange }: { opened: boolean; onChange: (opened: boolean) => void }) {
  const { t } = useTranslation();
  const { signOff } = useApi();
  const session = useMaybeSession();
  const [dialog, setDialog] = useState<'help' | 'look' | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <Menu opened={opened} onChange={onChange} position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={40} aria-label={t('bar.more')}>
            <IconDots size={20} stroke={ICON_STROKE} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {session && <OwnWindow />}
          <OtherHats />
          <Languages />
          <Item icon={IconTextSize} onClick={() => setDialog('look')}>
            {t('bar.look')}
          </Item>
          <Item icon={IconHelp} onClick={() => setDialog('help')}>
            {t('bar.help')}
          </Item>
          <Item icon={IconPrinter} onClick={() => window.print()}>
            {t('bar.print')}
          </Item>
          {session && (
            <Item icon={IconLogout} onClick={() => void signOff()}>
              {t('bar.signOff')}
            </Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <HelpDialog opened={dialog === 'help'} onClose={close} />
      <LookDialog opened={dialog === 'look'} onClose={close} />
    </>
  );
}
