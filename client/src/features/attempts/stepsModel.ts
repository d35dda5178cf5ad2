import type { Missing, Workspace } from '../../../../contract/attempts.ts';
import { promptsOf } from '../../../../contract/cycles.ts';
import type { UnrolledModule, UnrolledStep, UnrolledStepKey } from '../../../../contract/cycles.ts';
import { stepAnchor } from '../../components/steps/steps.ts';
import { isText, missingNow, promptAnchor, requirementAnchor, shortPrompts } from './moduleModel.ts';
import type { Pieces } from './moduleModel.ts';

/** The step in which evidence is handed in: the last one of every module. */
export function handInStep({ steps }: Pick<UnrolledModule, 'steps'>): UnrolledStep {
  const last = steps.at(-1);
  if (!last) throw new RangeError('a module has at least one step');
  return last;
}

/** True for a step that a person marks as done; the others are done by what is in them. */
export function isMarked(step: UnrolledStep): boolean {
  return step.kind !== 'hand_in' && promptsOf({ steps: [step] }).length === 0;
}

/**
 * Steps that are ready: those without questions if they were marked, the others by their texts and evidence; all of them once
 * submitted.
 */
export function stepsReady(workspace: Workspace, pieces: Pieces): Set<UnrolledStepKey> {
  const { state, module, stepsDone } = workspace;
  if (['submitted', 'in_review', 'approved'].includes(state)) {
    return new Set(module.steps.map(({ key }) => key));
  }
  const missing = missingNow(workspace, pieces);
  const short = shortPrompts(workspace, pieces).map(({ key }) => key);
  const hasEvidence = missing.every(isText);
  const isWritten = (step: UnrolledStep) => {
    const asked = promptsOf({ steps: [step] }).map(({ key }) => key);
    const lacks = ({ what, key }: Missing) =>
      what === 'change_note' || (what === 'reflection' && asked.includes(key));
    return asked.length === 0 || (!missing.some(lacks) && !asked.some((key) => short.includes(key)));
  };
  const isReady = (step: UnrolledStep) => {
    if (isMarked(step)) return stepsDone.includes(step.key);
    return isWritten(step) && (step.kind !== 'hand_in' || hasEvidence);
  };
  return new Set(module.steps.filter(isReady).map(({ key }) => key));
}

/** The place of a missing item on the page. */
export function anchorOf(
  module: Pick<UnrolledModule, 'steps'>,
  { what, key }: Pick<Missing, 'what' | 'key'>,
): string {
  if (what === 'reflection') return promptAnchor(key);
  if (what === 'change_note') return 'change-note';
  return what === 'artifact' ? requirementAnchor(key) : stepAnchor(handInStep(module).key);
}
