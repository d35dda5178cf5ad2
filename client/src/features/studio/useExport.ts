import { useTranslation } from 'react-i18next';
import { bundleEndpoints } from '../../../../contract/bundles.ts';
import { startDownload } from '../../api/download.ts';
import { useSend } from '../../api/queries.ts';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { ApiError } from '../../api/errors.ts';

const FILE_NAME = 'pathway.zip';

/** Downloads a pathway as a bundle: one of its versions, or its draft. */
export function useExport() {
  const { t } = useTranslation('studio');
  const onSuccess = ({ url }: { url: string }) => startDownload(url, FILE_NAME);
  const version = useSend(bundleEndpoints.exportVersion, { onSuccess });
  const draft = useSend(bundleEndpoints.exportDraft, { onSuccess });
  const error = version.error ?? draft.error;
  const why = error instanceof ApiError ? error.message : '';
  const failure = error ? [t('export.failed'), why].filter(Boolean).join(' ') : null;
  useAnnouncement(failure);
  return {
    exportVersion: (key: string, n: number) => version.send({ params: { key, n }, body: {} }),
    exportDraft: (id: string) => draft.send({ params: { id }, body: {} }),
    isPending: version.isPending || draft.isPending,
    /** Why there is no zip, in words. */
    failure,
  };
}
