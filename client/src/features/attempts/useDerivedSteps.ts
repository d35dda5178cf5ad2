import { useEffect, useRef } from 'react';
import type { Workspace } from '../../../../contract/attempts.ts';
import type { UnrolledStepKey } from '../../../../contract/cycles.ts';
import { isMarked } from './stepsModel.ts';

/**
 * Steps with questions, and the last one, are done when their content is there: their marks follow, so that the map and the week
 * agree with this page. Each change is sent once.
 */
export function useDerivedSteps(
  workspace: Workspace,
  ready: ReadonlySet<UnrolledStepKey>,
  mark: (step: UnrolledStepKey, done: boolean) => void,
): void {
  const reported = useRef(new Map<UnrolledStepKey, boolean>());
  const latest = useRef(mark);
  useEffect(() => {
    latest.current = mark;
  });
  const { writable, stepsDone } = workspace;
  const { steps } = workspace.module;
  useEffect(() => {
    if (!writable) return;
    for (const step of steps) {
      const { key } = step;
      const done = ready.has(key);
      if (isMarked(step) || stepsDone.includes(key) === done || reported.current.get(key) === done) continue;
      reported.current.set(key, done);
      latest.current(key, done);
    }
  }, [writable, stepsDone, steps, ready]);
}
