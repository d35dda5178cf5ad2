import type { MapModule, PathwayMap, Step } from '../../../../contract/pathways.ts';
import type { PostState } from '../../components/post/Post.tsx';

type Place = Pick<MapModule, 'state' | 'opensAfter'>;

/**
 * The module where it is the teacher's turn: what was returned first, otherwise what has been started, otherwise the first that
 * is open.
 */
export function findHere<M extends Place>(modules: readonly M[]): M | null {
  const open = modules.filter((module) => module.opensAfter === null);
  return (
    open.find((module) => module.state === 'returned') ??
    open.find((module) => module.state === 'in_progress') ??
    open.find((module) => module.state === 'not_started') ??
    null
  );
}

export function postState(module: Place, isHere: boolean): PostState {
  if (isHere) return 'now';
  if (module.state === 'approved') return 'done';
  return module.state === 'submitted' || module.state === 'in_review' ? 'inReview' : 'ahead';
}

export type NextStep = 'start' | Step | 'ready' | 'returned';

/** Where "Continue" leads. */
export function nextStep(module: Pick<MapModule, 'state' | 'steps'>): NextStep {
  if (module.state === 'returned') return 'returned';
  if (module.state === 'not_started') return 'start';
  return module.steps.find(({ state }) => state === 'now')?.step ?? 'ready';
}

/** Path of a module's page, at the next step. */
export function stepPath(attemptId: string, step: NextStep): string {
  const anchors: Partial<Record<NextStep, string>> = {
    try: '#try',
    reflect: '#reflect',
    hand_in: '#hand-in',
  };
  if (step === 'ready') return `modules/${attemptId}/check`;
  return `modules/${attemptId}${anchors[step] ?? ''}`;
}

/** What the trail's end says if no module is the teacher's turn. */
export function endOfTrailWord({ modules }: Pick<PathwayMap, 'modules'>): 'finished' | 'waiting' | null {
  if (modules.length === 0 || findHere(modules)) return null;
  return modules.every((module) => module.state === 'approved') ? 'finished' : 'waiting';
}
