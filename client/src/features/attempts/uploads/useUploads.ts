import { useMemo, useSyncExternalStore } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { artifactEndpoints } from '../../../../../contract/artifacts.ts';
import { attemptEndpoints } from '../../../../../contract/attempts.ts';
import type { SessionInfo } from '../../../../../contract/sessions.ts';
import { useApi, useSession } from '../../../api/ApiProvider.tsx';
import type { Api } from '../../../api/ApiProvider.tsx';
import { onBeforeSubmit } from '../beforeSubmit.ts';
import { openDeviceStore } from '../../../storage/deviceStore.ts';
import { windowIds } from '../../../storage/windowIds.ts';
import { createBeginUpload } from '../../../uploads/beginUpload.ts';
import { UploadManager } from './uploadManager.ts';
import type { UploadState } from './uploadManager.ts';

const managers = new WeakMap<Api, Map<string, UploadManager>>();
const KIND = 'upload';
const Remembered = z.object({ lastModified: z.number() });

type Owner = Pick<SessionInfo, 'institution' | 'person'>;

function storeOf({ institution, person }: Owner) {
  return openDeviceStore({ institutionId: institution.id, personId: person.id });
}

async function remember(owner: Owner, artifactId: string, file: File): Promise<void> {
  const store = await storeOf(owner);
  const value = { lastModified: file.lastModified };
  await store.put({ id: `${KIND}:${artifactId}`, kind: KIND, value, at: new Date().toISOString() });
}

/**
 * True if an unfinished upload was started with `file`, as far as size and time tell: no other file would match the bytes that
 * have arrived.
 */
export async function isSameFile(
  owner: Owner,
  unfinished: { id: string; size: number | null },
  file: File,
): Promise<boolean> {
  if (file.size !== unfinished.size) return false;
  const entry = await (await storeOf(owner)).get(`${KIND}:${unfinished.id}`);
  const known = Remembered.safeParse(entry?.value);
  return !known.success || known.data.lastModified === file.lastModified;
}

function createManager(api: Api, owner: Owner, attemptId: string, cache: QueryClient): UploadManager {
  const { call, session } = api;
  return new UploadManager({
    attemptId,
    begin: createBeginUpload(session, (input, init) => window.fetch(input, init)),
    transfer: async (file, artifactId, events) => {
      const { createTusTransfer } = await import('../../../uploads/tusTransfer.ts');
      return createTusTransfer(session)(file, artifactId, events);
    },
    look: (id) => call(artifactEndpoints.artifact, { params: { id } }),
    remove: (id, keepalive) => call(artifactEndpoints.removeArtifact, { params: { id } }, { keepalive }),
    refresh: () => cache.invalidateQueries({ queryKey: [attemptEndpoints.workspace.path] }),
    remember: (artifactId, file) => void remember(owner, artifactId, file),
    left: windowIds('removing', attemptId),
  });
}

function managerOf(api: Api, owner: Owner, attemptId: string, cache: QueryClient): UploadManager {
  let all = managers.get(api);
  if (!all) {
    const made = new Map<string, UploadManager>();
    all = made;
    managers.set(api, made);
    api.session.subscribe(() => {
      if (api.session.state().status === 'live') return;
      for (const manager of made.values()) manager.stop();
      made.clear();
    });
  }
  const known = all.get(attemptId) ?? createManager(api, owner, attemptId, cache);
  all.set(attemptId, known);
  onBeforeSubmit(api, attemptId, () => known.settle());
  return known;
}

/** The uploads of an attempt: the same on every visit of its page, since they continue in between. */
export function useUploads(attemptId: string): { uploads: UploadManager; state: UploadState } {
  const api = useApi();
  const { institution, person } = useSession();
  const cache = useQueryClient();
  const uploads = useMemo(
    () => managerOf(api, { institution, person }, attemptId, cache),
    [api, institution, person, attemptId, cache],
  );
  const state = useSyncExternalStore(uploads.subscribe, uploads.state);
  return { uploads, state };
}
