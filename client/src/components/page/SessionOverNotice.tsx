import { useEffect } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMaybeSession, useSessionState } from '../../api/ApiProvider.tsx';
import { isRealStorage } from '../../storage/webStorage.ts';
import { Blaze } from '../logo/Logo.tsx';
import { useAnnounce } from '../live/Announcer.tsx';
import { CopyButton } from '../save/SaveState.tsx';

/** Takes the top window back to the course, if the LMS told us its URL. Only the LMS can launch again. */
export function CourseButton() {
  const { t } = useTranslation();
  const address = useMaybeSession()?.frame.returnUrl;
  if (!address) return null;
  return (
    <Button component="a" href={address} target="_top" rel="noopener">
      {t('session.toCourse')}
    </Button>
  );
}

/**
 * Shown above a page whose session has ended while it was open. The page stays as it is, so that what was typed can be read and
 * copied; the wording says "kept" only if this device stores anything.
 */
export function SessionOverNotice({ unsavedText }: { unsavedText?: () => string }) {
  const { t } = useTranslation();
  const state = useSessionState();
  const announce = useAnnounce();
  const over = state.status === 'over' && state.why === 'expired';
  const kept = isRealStorage();
  const words = !unsavedText ? t('session.overPlain') : kept ? t('session.overKept') : t('session.overLost');

  useEffect(() => {
    if (over) announce.assertive(`${t('session.over')}. ${words}`);
  }, [over, words, announce, t]);

  if (!over) return null;
  return (
    <section className="wm-over wm-card wm-card-here">
      <Blaze />
      <div className="wm-over-text">
        <h2 className="wm-subheading">{t('session.over')}</h2>
        <p>{words}</p>
        <div className="wm-row">
          <CourseButton />
          {unsavedText && <CopyButton text={unsavedText} label={t('session.copyText')} />}
        </div>
      </div>
    </section>
  );
}
