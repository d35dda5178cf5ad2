import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { notifyManager, useQueryClient } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { attemptEndpoints } from '../../../../contract/attempts.ts';
import type { Workspace } from '../../../../contract/attempts.ts';
import type { LevelKey } from '../../../../contract/content.ts';
import type { UnrolledStepKey } from '../../../../contract/cycles.ts';
import { useApi, useSession } from '../../api/ApiProvider.tsx';
import type { Api } from '../../api/ApiProvider.tsx';
import { queryKeyOf } from '../../api/queries.ts';
import { useOnline } from '../../api/useOnline.ts';
import type { Save } from '../saveState.ts';
import { openStore } from '../texts/attemptTexts.ts';
import type { Owner } from '../texts/attemptTexts.ts';
import { sendLeftovers } from '../leftovers.ts';
import { Choice, CHOICE_KIND, isSuperseded, sendChoice, withChoices } from './choice.ts';
import { choiceAdapter } from './choiceAdapter.ts';
import { ChoiceAutosave } from './choiceAutosave.ts';
import { Registry } from '../registry.ts';

const registry = new Registry<ChoiceAutosave>();

function createAutosave(api: Api, owner: Owner, cache: QueryClient, workspace: Workspace): ChoiceAutosave {
  const { attemptId } = workspace;
  const path = attemptEndpoints.workspace.path;
  const key = queryKeyOf(attemptEndpoints.workspace, { params: { id: attemptId } });
  return new ChoiceAutosave({
    attemptId,
    send: (choice) => sendChoice(api.call, choice),
    openStore: () => openStore(owner),
    overtaken: (made) => isSuperseded(made, workspace),
    taken: (made) => {
      // a read that is in progress may have started before this choice was saved
      if (cache.isFetching({ queryKey: key }) > 0) void cache.invalidateQueries({ queryKey: key });
      cache.setQueryData<Workspace>(key, (before) => before && withChoices(before, [made]));
      // after everyone who shows it has been notified
      return new Promise((shown) => notifyManager.schedule(shown));
    },
    refused: () => void cache.invalidateQueries({ queryKey: [path] }),
  });
}

/**
 * Sends choices that an earlier visit left for attempts that are not open now; a refused one waits until its module is opened.
 */
export async function sendLeftChoices(api: Api, owner: Owner): Promise<void> {
  const send = (choice: Choice) => sendChoice(api.call, choice);
  await sendLeftovers(await openStore(owner), CHOICE_KIND, (value) => {
    const attemptId = Choice.safeParse(value).data?.attemptId;
    const isOpen = attemptId === undefined || registry.has(api, attemptId);
    const nothing = { overtaken: () => false, taken: () => Promise.resolve(), refused: () => {} };
    return isOpen ? null : choiceAdapter({ attemptId, send, ...nothing });
  });
}

/** An attempt's page with its pending choices applied, and how to make a choice. */
export function useAttemptChoices(workspace: Workspace) {
  const api = useApi();
  const cache = useQueryClient();
  const { institution, person } = useSession();
  const first = useRef(workspace);
  const { attemptId } = workspace;
  useEffect(() => {
    first.current = workspace;
  });
  const autosave = useMemo(
    () =>
      registry.open(api, attemptId, () => createAutosave(api, { institution, person }, cache, first.current)),
    [api, cache, institution, person, attemptId],
  );
  const { pending, refused, failingSince } = useSyncExternalStore(autosave.subscribe, autosave.state);
  const shown = useMemo(() => withChoices(workspace, pending.values()), [workspace, pending]);
  return useMemo(
    () => ({
      workspace: shown,
      refused,
      failingSince,
      waiting: pending.size > 0,
      kept: autosave.onDevice,
      flush: () => autosave.flush(),
      chooseLevel: (key: string, level: LevelKey) =>
        autosave.choose({ what: 'level', attemptId, key, level }),
      markStep: (key: UnrolledStepKey, done: boolean) =>
        autosave.choose({ what: 'step', attemptId, key, done }),
    }),
    [autosave, shown, refused, failingSince, pending, attemptId],
  );
}

export type AttemptChoices = ReturnType<typeof useAttemptChoices>;

/** The combined save state of typed text and choices, for the bar: choices are mentioned only while they cannot be sent. */
export function useSaveWith(save: Save, choices: AttemptChoices): Save {
  const online = useOnline();
  const { waiting, failingSince, kept } = choices;
  if (!waiting || save.kind === 'offline' || save.kind === 'failing' || save.kind === 'refused') return save;
  if (!online) return { kind: 'offline', kept: kept() };
  return failingSince ? { kind: 'failing', since: failingSince, kept: kept() } : save;
}
