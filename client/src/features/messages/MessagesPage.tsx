import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { messageEndpoints, MESSAGES_KEPT_DAYS } from '../../../../contract/messages.ts';
import type { MessageRow } from '../../../../contract/messages.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { useLoadPages } from '../../api/pages.ts';
import { useSend } from '../../api/queries.ts';
import { Page } from '../../components/page/Page.tsx';
import { PageTitle } from '../../components/page/PageTitle.tsx';
import { Empty } from '../../components/states/Empty.tsx';
import { Failed } from '../../components/states/Failed.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { messageText, pathOfTarget } from './messageWords.ts';
import './messages.css';

function Message({ message, onOpen }: { message: MessageRow; onOpen: () => void }) {
  const { t } = useTranslation('messages');
  const { to } = usePaths();
  const format = useFormat();
  const { at, isRead, facts, target } = message;
  return (
    <li className="wm-message" data-read={isRead}>
      <Link className="wm-link" to={to(pathOfTarget(target))} onClick={onOpen} dir="auto">
        {messageText(t, message, format.day)}
      </Link>
      <p className="wm-small">
        {!isRead && <strong className="wm-message-new">{t('new')}</strong>}
        <time dateTime={at}>{format.moment(at)}</time>
        {facts.moduleTitle !== undefined && facts.pathwayTitle && <bdi>{facts.pathwayTitle}</bdi>}
      </p>
    </li>
  );
}

/** `/messages`: what happened with one's work, the newest first; opening one marks it as read. */
export function MessagesPage() {
  const { t } = useTranslation('messages');
  const { to } = usePaths();
  const list = useLoadPages(messageEndpoints.list, { query: {} });
  const marking = useSend(messageEndpoints.markRead, {
    refreshes: [messageEndpoints.list, messageEndpoints.unread],
  });
  const open = ({ id, isRead }: MessageRow) => {
    if (!isRead) marking.send({ body: { ids: [id] } });
  };
  return (
    <Page
      title={t('title')}
      width="column"
      bar={{ kind: 'inner', back: '', parent: t('start'), title: t('title') }}
    >
      <div className="wm-messages">
        <PageTitle>{t('title')}</PageTitle>
        <Loaded query={list} skeleton="rows">
          {({ unread }) =>
            list.rows.length === 0 ? (
              <Empty>{t('empty')}</Empty>
            ) : (
              <>
                <div className="wm-messages-head">
                  <p role="status">{t('unread', { count: unread })}</p>
                  {unread > 0 && (
                    <Button
                      variant="default"
                      loading={marking.isPending}
                      onClick={() => marking.send({ body: { ids: null } })}
                    >
                      {t('allRead')}
                    </Button>
                  )}
                </div>
                {marking.error && <Failed error={marking.error} title={t('failed')} />}
                <ul className="wm-rows">
                  {list.rows.map((message) => (
                    <Message key={message.id} message={message} onOpen={() => open(message)} />
                  ))}
                </ul>
                {list.hasMore && (
                  <Button variant="default" loading={list.isLoadingMore} onClick={list.loadMore}>
                    {t('more')}
                  </Button>
                )}
              </>
            )
          }
        </Loaded>
        <p className="wm-small">
          {t('kept', { days: MESSAGES_KEPT_DAYS })}{' '}
          <Link className="wm-link" to={to('me')}>
            {t('choose')}
          </Link>
        </p>
      </div>
    </Page>
  );
}
