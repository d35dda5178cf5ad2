import { useContext, useEffect, useRef } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { StateIcon } from '../icon/StateIcon.tsx';
import { useAnnounce } from '../live/Announcer.tsx';
import { PendingPageContext } from './pendingPage.ts';

/** Says under the bar why the requested page has not come yet, and that it will come on its own. */
export function PendingPageNotice() {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const onTheWay = useContext(PendingPageContext);
  const place = useRef<HTMLElement>(null);
  const trouble = onTheWay?.trouble ?? null;
  const words = trouble && t(`onTheWay.${trouble}`);

  useEffect(() => {
    if (words === null) return;
    announce.assertive(words);
    // a reading page is as long as its content: what was pressed may be far below
    place.current?.scrollIntoView({ block: 'nearest' });
  }, [words, announce]);

  if (onTheWay === null) return null;
  return (
    <section ref={place} className="wm-over wm-card wm-no-print" aria-label={words ?? ''}>
      <StateIcon state={trouble === 'offline' ? 'offline' : 'error'} size={20} />
      <div className="wm-over-text">
        <p>{words}</p>
        <div className="wm-row">
          {trouble === 'outdated' && (
            <Button size="sm" onClick={() => window.location.reload()}>
              {t('onTheWay.renew')}
            </Button>
          )}
          {onTheWay.stay && (
            <Button size="sm" variant="default" onClick={onTheWay.stay}>
              {t('onTheWay.stay')}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}
