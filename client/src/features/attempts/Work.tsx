import { useTranslation } from 'react-i18next';
import type { Block, Prompt } from '../../../../contract/content.ts';
import type { UnrolledStep } from '../../../../contract/cycles.ts';
import { OutsideCourse } from '../../components/grade/OutsideCourse.tsx';
import { useStepName } from '../../components/steps/steps.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { ChangeNote } from './ChangeNote.tsx';
import { EarlierRounds } from './EarlierRounds.tsx';
import { Evidence, useEvidenceProgress } from './evidence/Evidence.tsx';
import { Examples } from '../../components/module/Examples.tsx';
import { FormerTexts } from './FormerTexts.tsx';
import { KeptAsApproved } from './KeptAsApproved.tsx';
import { Needs } from '../../components/module/Needs.tsx';
import { PromptSection } from './PromptSection.tsx';
import { StateNotice } from './StateNotice.tsx';
import { handInStep, isMarked } from './stepsModel.ts';
import { StepSection } from '../../components/module/StepSection.tsx';
import type { ModuleWork } from './useModuleWork.ts';

/** A question with its text, as the page shows it. */
function usePrompts({ workspace, autosave, open, focusPrompt, evidence }: ModuleWork) {
  return (prompt: Prompt) => (
    <PromptSection
      workspace={workspace}
      autosave={autosave}
      prompt={prompt}
      open={open}
      onFocus={focusPrompt}
      onPasted={evidence.offer}
    />
  );
}

function EvidenceOf({ work }: { work: ModuleWork }) {
  return (
    <Evidence
      workspace={work.workspace}
      uploads={work.uploads}
      state={work.uploadState}
      actions={work.evidence}
    />
  );
}

/** The steps in order, and after a withdrawal the note of what changed before the last one. */
function Steps({ work }: { work: ModuleWork }) {
  const { workspace, choices } = work;
  const { module, attemptId, stepsDone, writable, round } = workspace;
  const progress = useEvidenceProgress(workspace);
  const renderPrompt = usePrompts(work);
  const last = handInStep(module);
  const markOf = (step: UnrolledStep) =>
    writable && isMarked(step)
      ? {
          done: stepsDone.includes(step.key),
          onChange: (done: boolean) => choices.markStep(step.key, done),
        }
      : null;
  return (
    <>
      {module.steps
        .filter((step) => step !== last)
        .map((step) => (
          <StepSection
            key={step.key}
            step={step}
            steps={module.steps}
            ownerId={attemptId}
            renderPrompt={renderPrompt}
            mark={markOf(step)}
          />
        ))}
      {round > 1 && writable && <ChangeNote autosave={work.autosave} />}
      <StepSection
        step={last}
        steps={module.steps}
        ownerId={attemptId}
        renderPrompt={renderPrompt}
        evidence={<EvidenceOf work={work} />}
        end={progress ?? undefined}
      />
    </>
  );
}

const isRead = ({ type }: Block): boolean => type !== 'prompt' && type !== 'requirement';

function ReadAgain({ work }: { work: ModuleWork }) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const { module, attemptId } = work.workspace;
  const nameOf = useStepName(module.steps);
  const steps = module.steps.filter(({ blocks, cycle }) => (cycle ?? 1) === 1 && blocks.some(isRead));
  if (steps.length === 0) return null;
  return (
    <details className="wm-details">
      <summary>{t('returned.again', { steps: format.list(steps.map(nameOf)) })}</summary>
      {steps.map((step) => (
        <StepSection
          key={step.key}
          step={step}
          steps={module.steps}
          ownerId={attemptId}
          shape="again"
          blocks={step.blocks.filter(isRead)}
        />
      ))}
    </details>
  );
}

/** After a return: only what is open again, then what stays as it is. */
function Revision({ work }: { work: ModuleWork }) {
  const { workspace } = work;
  const { module, attemptId, lockedPieces, writable } = workspace;
  const progress = useEvidenceProgress(workspace);
  const renderPrompt = usePrompts(work);
  const last = handInStep(module);
  const openPrompts = ({ blocks }: UnrolledStep) =>
    blocks.filter(({ type, key }) => type === 'prompt' && !lockedPieces.includes(key));
  return (
    <>
      {module.steps
        .filter((step) => openPrompts(step).length > 0)
        .map((step) => (
          <StepSection
            key={step.key}
            step={step}
            steps={module.steps}
            ownerId={attemptId}
            shape="texts"
            blocks={openPrompts(step)}
            renderPrompt={renderPrompt}
          />
        ))}
      {writable && <ChangeNote autosave={work.autosave} />}
      <StepSection
        step={last}
        steps={module.steps}
        ownerId={attemptId}
        blocks={last.blocks.filter(({ type }) => type === 'requirement')}
        evidence={<EvidenceOf work={work} />}
        end={progress ?? ''}
      />
      <KeptAsApproved workspace={workspace} />
    </>
  );
}

/** The work itself: what has to be said before it, its steps or what is to be revised, and earlier rounds. */
export function Work({ work }: { work: ModuleWork }) {
  const { workspace } = work;
  const returned = workspace.state === 'returned';
  return (
    <>
      <OutsideCourse grades={workspace.grades} />
      <StateNotice workspace={workspace} />
      {!returned && <Needs module={workspace.module} />}
      {returned ? <Revision work={work} /> : <Steps work={work} />}
      <FormerTexts formerTexts={workspace.formerTexts} />
      {workspace.round > 1 && <EarlierRounds workspace={workspace} />}
      {returned && <ReadAgain work={work} />}
      <Examples module={workspace.module} />
    </>
  );
}
