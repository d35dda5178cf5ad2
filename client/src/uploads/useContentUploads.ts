import { useMemo, useSyncExternalStore } from 'react';
import { contentFileEndpoints } from '../../../contract/contentFiles.ts';
import { useApi } from '../api/ApiProvider.tsx';
import type { Api } from '../api/ApiProvider.tsx';
import { API_BASE } from '../api/session.ts';
import { createBeginUpload } from './beginUpload.ts';
import { ContentUploads } from './contentUploads.ts';
import type { ContentUploadItem, UploadPurpose } from './contentUploads.ts';

const made = new WeakMap<Api, Map<string, ContentUploads>>();

function create({ call, session }: Api, purpose: UploadPurpose): ContentUploads {
  return new ContentUploads({
    purpose,
    begin: createBeginUpload(session, (input, init) => window.fetch(input, init)),
    transfer: async (file, id, events) => {
      const { createTusTransfer } = await import('./tusTransfer.ts');
      return createTusTransfer(session)(file, id, events);
    },
    look: (id) => call(contentFileEndpoints.upload, { params: { id } }),
    remove: (id) => {
      const state = session.state();
      const bearer = state.status === 'live' ? { authorization: `Bearer ${state.bearer}` } : {};
      const headers = { 'tus-resumable': '1.0.0', ...bearer };
      return window.fetch(`${API_BASE}/uploads/${id}`, { method: 'DELETE', credentials: 'omit', headers });
    },
  });
}

/** Those of the session; forgotten when it ends. */
function uploadsOf(api: Api, purpose: UploadPurpose): ContentUploads {
  const key = purpose.purpose === 'content' ? purpose.draftId : 'bundle';
  const known = made.get(api);
  const all = known ?? new Map<string, ContentUploads>();
  if (!known) {
    made.set(api, all);
    api.session.subscribe(() => {
      if (api.session.state().status === 'live') return;
      for (const uploads of all.values()) uploads.stop();
      all.clear();
    });
  }
  const uploads = all.get(key) ?? create(api, purpose);
  all.set(key, uploads);
  return uploads;
}

/**
 * A designer's uploads: the same on every visit of the page, since they continue in between.
 *
 * @param draftId  of the draft that the files are for; null for bundles
 */
export function useContentUploads(draftId: string | null): {
  uploads: ContentUploads;
  items: readonly ContentUploadItem[];
} {
  const api = useApi();
  const uploads = useMemo(
    () => uploadsOf(api, draftId === null ? { purpose: 'bundle' } : { purpose: 'content', draftId }),
    [api, draftId],
  );
  const items = useSyncExternalStore(uploads.subscribe, uploads.items);
  return { uploads, items };
}
