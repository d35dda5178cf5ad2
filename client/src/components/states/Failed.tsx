import { useEffect } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ApiError, OfflineError } from '../../api/errors.ts';
import { CopyButton } from '../save/SaveState.tsx';
import { useAnnounce } from '../live/Announcer.tsx';
import { StateIcon } from '../icon/StateIcon.tsx';
import './states.css';

export interface FailedProps {
  error: unknown;
  onRetry?: () => void;
  /** Replaces "This part did not load. Your work is not affected." */
  title?: string;
}

/** "FORBIDDEN 7KQ2…": something that an admin can look up. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof ApiError)) return null;
  return [error.code, error.correlationId].filter(Boolean).join(' ');
}

/** The block that failed, with a way out; the rest of the page stays. */
export function Failed({ error, onRetry, title }: FailedProps) {
  const { t } = useTranslation();
  const code = codeOf(error);
  const offline = error instanceof OfflineError;
  const words = offline ? t('failed.offline') : (title ?? t('failed.title'));
  const announce = useAnnounce();
  useEffect(() => announce.polite(words), [announce, words]);

  return (
    <section className="wm-failed" aria-label={words}>
      <StateIcon state={offline ? 'offline' : 'error'} size={20} />
      <div className="wm-failed-text">
        <p className="wm-label">{words}</p>
        {error instanceof ApiError && error.code !== 'INTERNAL' && error.message !== '' && (
          <p className="wm-small">{error.message}</p>
        )}
        {onRetry && (
          <Button variant="default" size="sm" onClick={onRetry}>
            {t('failed.again')}
          </Button>
        )}
        {code && (
          <p className="wm-micro">
            {t('failed.code')} <code className="wm-mono">{code}</code>{' '}
            <CopyButton text={() => code} label={t('failed.copy')} />
          </p>
        )}
      </div>
    </section>
  );
}
