import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Finding } from '../../../../contract/lint/findings.ts';
import { NotPublishable, studioEndpoints } from '../../../../contract/studio.ts';
import type { PublishDraft } from '../../../../contract/studio.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { ApiError, hasCode } from '../../api/errors.ts';
import { useSend } from '../../api/queries.ts';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { useStudio } from './studioContext.ts';

type PublishNote = Omit<PublishDraft, 'revision'>;

interface Publishing {
  /** Waits for what is still being saved. */
  readonly publish: () => void;
  readonly pending: boolean;
  /** The note is on its way: what is written in it now would not be published. */
  readonly isSending: boolean;
  /** Something has to be saved first. */
  readonly waits: boolean;
  /** What keeps it from being published, in words; null if nothing does. */
  readonly problem: string | null;
  /** What the server found that has to be mended. */
  readonly findings: readonly Finding[];
  /** What went wrong and is nobody's fault here. */
  readonly error: Error | null;
}

function findingsOf(error: unknown): readonly Finding[] {
  if (!(error instanceof ApiError) || !hasCode(error, 'NOT_PUBLISHABLE')) return [];
  return NotPublishable.safeParse(error.details).data?.findings ?? [];
}

/** What a refused request says to the person; what is nobody's fault here is left as its error. */
function readTrouble(sent: Error | null, changedByOthers: boolean) {
  const isStale = changedByOthers || hasCode(sent, 'STUDIO_CHANGED');
  const isRefused = hasCode(sent, 'NOT_PUBLISHABLE');
  return {
    isStale,
    refusal: isRefused ? (sent?.message ?? null) : null,
    findings: findingsOf(sent),
    error: isStale || isRefused ? null : sent,
  };
}

/** Does what is asked for once everything is saved, as it is to be done then. */
function useOnceSaved(isSaved: boolean, act: () => void) {
  const [waits, setWaits] = useState(false);
  const waiting = useRef(false);
  useEffect(() => {
    if (!waiting.current || !isSaved) return;
    waiting.current = false;
    act();
  });
  const ask = () => {
    setWaits(!isSaved);
    if (isSaved) act();
    else waiting.current = true;
  };
  return { ask, waits: waits && !isSaved };
}

/**
 * Publishes the draft as this page shows it, and goes to the list. What somebody else has just changed is shown first.
 *
 * @param readNote  the note as it is now: it may be written while a save is waited for. Null if something is missing in it
 * @param onPublished  called before the page is left
 */
export function usePublishing(readNote: () => PublishNote | null, onPublished: () => void): Publishing {
  const { t } = useTranslation('studio');
  const { draftId, isSaved, catchUp } = useStudio();
  const navigate = useNavigate();
  const { to } = usePaths();
  const announce = useAnnounce();
  const [changedByOthers, setChangedByOthers] = useState(false);
  const [failure, setFailure] = useState<Error | null>(null);
  const send = useSend(studioEndpoints.publish, {
    refreshes: [studioEndpoints.pathways, studioEndpoints.draft],
    onSuccess: ({ n }) => {
      onPublished();
      announce.polite(t('publish.done', { n }));
      void navigate(to('studio'));
    },
  });
  const [catchesUp, setCatchesUp] = useState(false);
  const publishSaved = async () => {
    setFailure(null);
    const note = readNote();
    if (note === null) return;
    setCatchesUp(true);
    try {
      const revision = await catchUp();
      setChangedByOthers(revision === null);
      if (revision !== null) send.send({ params: { id: draftId }, body: { ...note, revision } });
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    }
    setCatchesUp(false);
  };
  const { ask: publish, waits } = useOnceSaved(isSaved, () => void publishSaved());
  const isSending = catchesUp || send.isPending;
  const { isStale, refusal, findings, error } = readTrouble(send.error, changedByOthers);
  return {
    publish,
    pending: isSending || waits,
    isSending,
    waits,
    problem: isStale ? t('publish.changedByOthers') : refusal,
    findings,
    error: failure ?? error,
  };
}
