import type { MapModule, PathwayMap } from '../../../../contract/pathways.ts';
import type { PostState } from '../post/Post.tsx';
import { stepAnchor } from '../steps/steps.ts';

type Place = Pick<MapModule, 'state' | 'opensAfter' | 'notAsked'>;

/**
 * The module where it is the teacher's turn: what was returned first, otherwise what has been started, otherwise the first that
 * is open; never one that is not asked.
 */
export function findHere<M extends Place>(modules: readonly M[]): M | null {
  const open = modules.filter((module) => module.opensAfter === null && module.notAsked === null);
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

/** The address of a module's page; with `next`, at that step. */
export type PathTo = (module: MapModule, next?: NextStep) => string;

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

/** The modules that are asked of this person. */
export function askedOf<M extends Pick<MapModule, 'notAsked'>>(modules: readonly M[]): M[] {
  return modules.filter(({ notAsked }) => notAsked === null);
}

/** What the trail's end says: that the pathway is complete, or, if no module is the teacher's turn, why. */
export function endOfTrailWord({
  state,
  modules,
}: Pick<PathwayMap, 'state' | 'modules'>): 'completed' | 'finished' | 'waiting' | null {
  if (modules.length === 0) return null;
  const isAll = modules.every((module) => module.state === 'approved');
  if (state === 'completed' && !isAll) return 'completed';
  if (findHere(modules)) return null;
  if (isAll) return 'finished';
  return modules.some((module) => module.state === 'submitted' || module.state === 'in_review')
    ? 'waiting'
    : null;
}
