import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../contract/attempts.ts';
import type { Prompt } from '../../../../contract/content.ts';
import { useAttemptChoices } from '../../autosave/choices/useAttemptChoices.ts';
import { useAttemptTexts, useTextsState } from '../../autosave/texts/useAttemptTexts.ts';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { useEvidenceActions } from './evidence/useEvidenceActions.ts';
import { openCriteria } from './moduleModel.ts';
import { stepsReady } from './stepsModel.ts';
import { useUploads } from './uploads/useUploads.ts';
import { useDerivedSteps } from './useDerivedSteps.ts';

/** A choice that was undone is announced; the line at the foot shows it. */
function useSayRefusal(refused: boolean): void {
  const { t } = useTranslation('module');
  const announce = useAnnounce();
  useEffect(() => {
    if (refused) announce.assertive(t('foot.failed'));
  }, [refused, announce, t]);
}

/** Everything that the workspace's parts share. Its `workspace` is the page with the pending choices applied. */
export function useModuleWork(loaded: Workspace) {
  const choices = useAttemptChoices(loaded);
  const { workspace } = choices;
  const autosave = useAttemptTexts(workspace.attemptId, workspace.drafts);
  const { pieces } = useTextsState(autosave);
  const { uploads, state } = useUploads(workspace.attemptId);
  const evidence = useEvidenceActions(workspace, uploads);
  const [open, setOpen] = useState<string | null>(() => openCriteria(workspace)[0] ?? null);
  const [inHand, setInHand] = useState<readonly string[]>([]);
  const ready = useMemo(() => stepsReady(workspace, pieces), [workspace, pieces]);
  useDerivedSteps(workspace, ready, choices.markStep);
  useSayRefusal(choices.refused);
  const focusPrompt = (prompt: Prompt) => setInHand(prompt.criteria);
  return {
    workspace,
    autosave,
    choices,
    uploads,
    uploadState: state,
    evidence,
    open,
    setOpen,
    inHand,
    ready,
    focusPrompt,
  };
}

export type ModuleWork = ReturnType<typeof useModuleWork>;
