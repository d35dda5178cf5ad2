import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useAnnounce } from '../../../components/live/Announcer.tsx';
import { useFormat } from '../../../i18n/FormatProvider.tsx';
import { minutesLeft, quarterOf, shareOf } from '../uploads/uploadItem.ts';
import type { UploadItem } from '../uploads/uploadItem.ts';

/** The line under an upload's name. */
export function useUploadLine(): (item: UploadItem) => string {
  const { t } = useTranslation('module');
  const format = useFormat();
  return (item) => {
    const amounts = { sent: format.bytes(item.sent), size: format.bytes(item.size) };
    const percent = Math.floor(shareOf(item) * 100) / 100;
    switch (item.phase) {
      case 'waiting':
        return t('handIn.waiting', { size: amounts.size });
      case 'paused':
        return t('handIn.paused', amounts);
      case 'broken':
        return t('handIn.broken', amounts);
      case 'checking':
        return t('handIn.checking');
      case 'refused':
        return '';
      case 'removing':
        return t('handIn.removed', { name: item.name });
      case 'sending': {
        if (item.sent === 0) return t('handIn.starting', { size: amounts.size });
        const minutes = minutesLeft(item);
        return minutes === null
          ? t('handIn.sending', { ...amounts, percent })
          : t('handIn.sendingLeft', { ...amounts, percent, minutes });
      }
    }
  };
}

/** Announces progress at each quarter, and the outcome. */
export function useSayUploads(items: readonly UploadItem[]): void {
  const { t } = useTranslation('module');
  const announce = useAnnounce();
  const said = useRef(new Map<string, string>());
  useEffect(() => {
    for (const item of items) {
      const { clientId, name, phase, problem } = item;
      const quarter = quarterOf(item);
      const mark = phase === 'sending' ? `sending ${quarter}` : phase;
      if (said.current.get(clientId) === mark) continue;
      said.current.set(clientId, mark);
      if (phase === 'sending' && quarter > 0 && quarter < 4) {
        announce.polite(t('handIn.said.quarter', { name, percent: quarter / 4 }));
      }
      if (phase === 'checking') announce.polite(t('handIn.said.checking', { name }));
      if (phase === 'refused') {
        announce.assertive(t('handIn.said.refused', { name, why: problem?.message ?? '' }));
      }
      if (phase === 'removing') announce.polite(t('handIn.said.removed', { name }));
    }
  }, [items, announce, t]);
}
