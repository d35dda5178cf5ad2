import { useCallback, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { attemptEndpoints } from '../../../../contract/attempts.ts';
import type { Workspace } from '../../../../contract/attempts.ts';
import type { LevelName, Part } from '../../../../contract/pathways.ts';
import { useApi } from '../../api/ApiProvider.tsx';
import { queryKeyOf } from '../../api/queries.ts';

/** Small choices on the page: shown at once, sent behind, taken back where the server did not take them. */
export function useWorkspaceActions(attemptId: string) {
  const { call } = useApi();
  const cache = useQueryClient();
  const [failed, setFailed] = useState(false);

  const change = useCallback(
    async (update: (workspace: Workspace) => Workspace, send: () => Promise<unknown>) => {
      const key = queryKeyOf(attemptEndpoints.workspace, { params: { id: attemptId } });
      await cache.cancelQueries({ queryKey: [attemptEndpoints.workspace.path] });
      cache.setQueryData<Workspace>(key, (before) => before && update(before));
      try {
        await send();
        setFailed(false);
      } catch {
        setFailed(true);
        await cache.invalidateQueries({ queryKey: [attemptEndpoints.workspace.path] });
      }
    },
    [cache, attemptId],
  );
  return { change, call, failed, attemptId } as const;
}

type Actions = ReturnType<typeof useWorkspaceActions>;

export function chooseLevel({ change, call, attemptId }: Actions, criterionKey: string, level: LevelName) {
  const at = new Date().toISOString();
  return change(
    (before) => ({
      ...before,
      selfLevels: [
        ...before.selfLevels.filter((own) => own.criterionKey !== criterionKey),
        { criterionKey, level, at },
      ],
    }),
    () => call(attemptEndpoints.setSelfLevel, { params: { id: attemptId, criterionKey }, body: { level } }),
  );
}

export function markPart({ change, call, attemptId }: Actions, part: Part, done: boolean) {
  return change(
    (before) => ({
      ...before,
      partsDone: [...before.partsDone.filter((own) => own !== part), ...(done ? [part] : [])],
    }),
    () => call(attemptEndpoints.setPart, { params: { id: attemptId, part }, body: { done } }),
  );
}
