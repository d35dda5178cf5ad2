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
  readonly publish: (note: PublishNote) => void;
  readonly pending: boolean;
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

/**
 * Publishes the draft as this page shows it, and goes to the list. What somebody else has just changed is shown first.
 *
 * @param onPublished  called before the page is left
 */
export function usePublishing(onPublished: () => void): Publishing {
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
  const [waits, setWaits] = useState(false);
  const waiting = useRef<PublishNote | null>(null);
  const publishSaved = async (note: PublishNote) => {
    setFailure(null);
    try {
      const revision = await catchUp();
      setChangedByOthers(revision === null);
      if (revision !== null) send.send({ params: { id: draftId }, body: { ...note, revision } });
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const publish = (note: PublishNote) => {
    setWaits(!isSaved);
    if (isSaved) void publishSaved(note);
    else waiting.current = note;
  };
  useEffect(() => {
    const note = waiting.current;
    if (note === null || !isSaved) return;
    waiting.current = null;
    void publishSaved(note);
  });
  const isStale = changedByOthers || hasCode(send.error, 'STUDIO_CHANGED');
  const isRefused = hasCode(send.error, 'NOT_PUBLISHABLE');
  return {
    publish,
    pending: send.isPending || (waits && !isSaved),
    waits: waits && !isSaved,
    problem: isStale ? t('publish.changedByOthers') : isRefused ? (send.error?.message ?? null) : null,
    findings: findingsOf(send.error),
    error: failure ?? (isStale || isRefused ? null : send.error),
  };
}
