import { useEffect } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { Meter } from '../../components/meter/Meter.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import type { ContentUploadItem } from '../../uploads/contentUploads.ts';

interface UploadLineProps {
  item: ContentUploadItem;
  onRetry: () => void;
  onCancel: () => void;
}

/** A file on its way: how far it is, and what can be done about it. */
export function UploadLine({ item, onRetry, onCancel }: UploadLineProps) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const announce = useAnnounce();
  const { name, phase, problem, sent, size } = item;
  const amounts = { name, sent: format.bytes(sent), size: format.bytes(size) };
  const words = phase === 'refused' ? (problem?.message ?? '') : t(`upload.${phase}`, amounts);
  const isHeard = phase !== 'sending';
  useEffect(() => {
    if (isHeard) announce.polite(words);
  }, [announce, isHeard, words]);
  return (
    <div className="wm-studio-upload">
      <p className={phase === 'refused' ? 'wm-field-problem' : 'wm-small'}>
        {phase === 'refused' && <strong dir="auto">{`${name}: `}</strong>}
        {words}
      </p>
      {phase !== 'refused' && (
        <Meter value={size === 0 ? 0 : sent / size} label={t('upload.progress', { name })} />
      )}
      <div className="wm-row">
        {phase === 'broken' && (
          <Button size="sm" variant="default" onClick={onRetry}>
            {t('upload.retry')}
          </Button>
        )}
        {(phase === 'sending' || phase === 'broken' || phase === 'refused') && (
          <Button size="sm" variant="subtle" onClick={onCancel}>
            {t(phase === 'refused' ? 'upload.dismiss' : 'upload.cancel')}
          </Button>
        )}
      </div>
    </div>
  );
}
