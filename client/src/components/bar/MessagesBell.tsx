import { IconBell } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { UNREAD_MAX } from '../../../../contract/messages.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { ICON_STROKE } from '../icon/StateIcon.tsx';

/** Leads to the messages, with how many are new. A narrow frame has it under ⋯ only. */
export function MessagesBell({ unread }: { unread: number }) {
  const { t } = useTranslation();
  const { to } = usePaths();
  const label = t('bar.messages', { count: unread });
  return (
    <Link className="wm-bell" to={to('messages')} aria-label={label} title={label}>
      <IconBell size={20} stroke={ICON_STROKE} aria-hidden="true" />
      {unread > 0 && (
        <span className="wm-tab-count" aria-hidden="true">
          {unread < UNREAD_MAX ? unread : `${UNREAD_MAX - 1}+`}
        </span>
      )}
    </Link>
  );
}
