import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../contract/attempts.ts';
import type { Prompt } from '../../../../contract/pathways.ts';
import { useApi } from '../../api/ApiProvider.tsx';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { OutsideCourse } from '../../components/grade/OutsideCourse.tsx';
import { Page } from '../../components/page/Page.tsx';
import { RubricSheet } from '../../components/rubric/RubricSheet.tsx';
import { SaveState } from '../../components/save/SaveState.tsx';
import { useAttemptTexts, useTextsState, useSaveOf } from '../../autosave/texts/useAttemptTexts.ts';
import { useAttemptChoices, useSaveWith } from '../../autosave/choices/useAttemptChoices.ts';
import { isRealStorage } from '../../storage/webStorage.ts';
import { ChangeNote } from './ChangeNote.tsx';
import { HandInSection } from './evidence/HandInSection.tsx';
import { useEvidenceActions } from './evidence/useEvidenceActions.ts';
import { EarlierRounds } from './EarlierRounds.tsx';
import { FootBar } from './FootBar.tsx';
import { KeptAsApproved } from './KeptAsApproved.tsx';
import { marksOf, openCriteria, stepsReady } from './moduleModel.ts';
import { PromptSection } from './PromptSection.tsx';
import { ReadSection, SectionHead } from './ReadSection.tsx';
import { RubricPane } from './RubricPane.tsx';
import { StateNotice } from './StateNotice.tsx';
import { StepsBar } from './StepsBar.tsx';
import { useUploads } from './uploads/useUploads.ts';
import { useDerivedSteps } from './useDerivedSteps.ts';
import { useSteps } from './useSteps.ts';
import './module.css';

/** Everything that the workspace's parts share. Its `workspace` is the page with the pending choices applied. */
function useModuleWork(loaded: Workspace) {
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

/** A choice that was undone is announced; the line at the foot shows it. */
function useSayRefusal(refused: boolean): void {
  const { t } = useTranslation('module');
  const announce = useAnnounce();
  useEffect(() => {
    if (refused) announce.assertive(t('foot.failed'));
  }, [refused, announce, t]);
}

type ModuleWork = ReturnType<typeof useModuleWork>;

function Prompts({ workspace, work }: { workspace: Workspace; work: ModuleWork }) {
  const returned = workspace.state === 'returned';
  const prompts = workspace.module.reflect.prompts.filter(
    ({ key }) => !returned || !workspace.lockedPieces.includes(key),
  );
  return prompts.map((prompt) => (
    <PromptSection
      key={prompt.key}
      workspace={workspace}
      autosave={work.autosave}
      prompt={prompt}
      open={work.open}
      onFocus={work.focusPrompt}
      onPasted={work.evidence.offer}
    />
  ));
}

function ReadAgain({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  return (
    <details className="wm-details">
      <summary>{t('returned.again')}</summary>
      <ReadSection workspace={workspace} step="learn" />
      <ReadSection workspace={workspace} step="try" />
    </details>
  );
}

function Work({ workspace, work }: { workspace: Workspace; work: ModuleWork }) {
  const { t } = useTranslation('module');
  const returned = workspace.state === 'returned';
  const onDone = workspace.writable
    ? (step: 'learn' | 'try') => ({
        onDone: (done: boolean) => work.choices.markStep(step, done),
      })
    : () => ({});
  return (
    <>
      <OutsideCourse grades={workspace.grades} />
      <StateNotice workspace={workspace} />
      {!returned && <ReadSection workspace={workspace} step="learn" {...onDone('learn')} />}
      {!returned && <ReadSection workspace={workspace} step="try" {...onDone('try')} />}
      <section id="reflect" className="wm-section" tabIndex={-1}>
        {!returned && (
          <SectionHead minutes={workspace.module.reflect.minutes}>{t('step.reflect')}</SectionHead>
        )}
        <Prompts workspace={workspace} work={work} />
      </section>
      {workspace.round > 1 && workspace.writable && <ChangeNote autosave={work.autosave} />}
      <HandInSection
        workspace={workspace}
        uploads={work.uploads}
        state={work.uploadState}
        actions={work.evidence}
      />
      {returned && <KeptAsApproved workspace={workspace} />}
      {workspace.round > 1 && <EarlierRounds workspace={workspace} />}
      {returned && <ReadAgain workspace={workspace} />}
    </>
  );
}

function useSave(work: ModuleWork) {
  const { openWindow } = useApi();
  const { t } = useTranslation();
  const announce = useAnnounce();
  const save = useSaveWith(useSaveOf(work.autosave), work.choices);
  const blocked = !isRealStorage() && window.parent !== window;
  const ownWindow = () => {
    const failed = () => announce.assertive(t('session.windowFailed'));
    openWindow().then((opened) => opened || failed(), failed);
  };
  return (
    <SaveState
      save={save}
      textToCopy={() => work.autosave.unsentText()}
      {...(blocked ? { onOwnWindow: ownWindow } : {})}
    />
  );
}

/**
 * The module while it is being worked on or waiting: one long page with its steps, the rubric beside it from the first second.
 */
export function WorkPage({ workspace: loaded }: { workspace: Workspace }) {
  const { t } = useTranslation('module');
  const work = useModuleWork(loaded);
  const { workspace } = work;
  const pane = useRef<HTMLDivElement>(null);
  const { current, go } = useSteps(pane);
  const returned = workspace.state === 'returned';
  const choose = workspace.writable ? work.choices.chooseLevel : undefined;
  const save = useSave(work);
  const sheetCriterion = work.inHand[0] ?? work.open ?? workspace.module.criteria[0]?.key ?? '';
  return (
    <Page
      kind="workspace"
      title={workspace.module.title}
      bar={{
        kind: 'inner',
        back: `pathways/${workspace.enrolmentId}`,
        parent: t('pathway'),
        title: workspace.module.title,
        isHeading: true,
      }}
      {...(workspace.writable ? { save } : {})}
      {...(work.autosave.unsentText() === '' ? {} : { unsavedText: () => work.autosave.unsentText() })}
    >
      <div className="wm-module" data-returned={returned}>
        {!returned && <StepsBar current={current} ready={work.ready} run={workspace.run} go={go} />}
        <div ref={pane} className="wm-panes">
          <div className="wm-pane-work">
            <Work workspace={workspace} work={work} />
          </div>
          <aside className="wm-pane-rubric">
            <RubricPane
              workspace={workspace}
              open={work.open}
              onOpen={work.setOpen}
              highlighted={work.inHand}
              onChoose={choose}
            />
          </aside>
        </div>
        {!returned && (
          <div className="wm-sheet-place wm-gives-way wm-no-print">
            <RubricSheet
              criteria={workspace.module.criteria}
              marks={marksOf(workspace)}
              current={sheetCriterion}
              onCurrent={work.setOpen}
              {...(choose ? { onChoose: choose } : {})}
            />
          </div>
        )}
        <FootBar workspace={workspace} autosave={work.autosave} go={go} failed={work.choices.refused} />
      </div>
    </Page>
  );
}
