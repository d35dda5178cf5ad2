import type { MapModule, PathwayMap } from '../../../../contract/pathways.ts';
import type { PostState } from '../../components/post/Post.tsx';
import { stepAnchor } from '../../components/steps/steps.ts';

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

export type NextStep = 'start' | MapModule['steps'][number] | 'ready' | 'returned';

/** Where "Continue" leads. */
export function nextStep(module: Pick<MapModule, 'state' | 'steps'>): NextStep {
  if (module.state === 'returned') return 'returned';
  if (module.state === 'not_started') return 'start';
  return module.steps.find(({ state }) => state === 'now') ?? 'ready';
}

/** Path of a module's page, at the next step; at the top for the first one. */
export function stepPath(
  { attemptId, steps }: Pick<MapModule, 'attemptId' | 'steps'>,
  next: NextStep,
): string {
  if (next === 'ready') return `modules/${attemptId}/check`;
  const isLater = typeof next === 'object' && next.key !== steps[0]?.key;
  return `modules/${attemptId}${isLater ? `#${stepAnchor(next.key)}` : ''}`;
}

/** What the trail's end says if no module is the teacher's turn. */
export function endOfTrailWord({ modules }: Pick<PathwayMap, 'modules'>): 'finished' | 'waiting' | null {
  if (modules.length === 0 || findHere(modules)) return null;
  return modules.every((module) => module.state === 'approved') ? 'finished' : 'waiting';
}
