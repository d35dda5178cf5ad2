import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { useContentUploads } from '../../uploads/useContentUploads.ts';
import { placeUpload } from './fileModel.ts';
import { useStudio } from './studioContext.ts';

/** Puts every file that has arrived where it belongs, whichever module is shown. */
export function usePlacedUploads(): void {
  const { t } = useTranslation('studio');
  const { draftId, change } = useStudio();
  const { uploads, items } = useContentUploads(draftId);
  const announce = useAnnounce();
  useEffect(() => {
    for (const { place, name, upload } of items) {
      if (!upload) continue;
      uploads.cancel(place);
      change((now) => placeUpload(now, place, upload));
      announce.polite(t('upload.added', { name }));
    }
  }, [items, uploads, change, announce, t]);
}
