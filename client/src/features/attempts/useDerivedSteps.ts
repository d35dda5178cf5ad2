import { useEffect, useRef } from 'react';
import type { Workspace } from '../../../../contract/attempts.ts';
import type { Step } from '../../../../contract/pathways.ts';

/**
 * Reflect and Hand in are done when their content is there: their marks follow, so that the map and the week agree with this
 * page. Each change is sent once.
 */
export function useDerivedSteps(
  workspace: Workspace,
  ready: ReadonlySet<Step>,
  mark: (step: Step, done: boolean) => void,
): void {
  const reported = useRef(new Map<Step, boolean>());
  const latest = useRef(mark);
  useEffect(() => {
    latest.current = mark;
  });
  const { writable, stepsDone } = workspace;
  useEffect(() => {
    if (!writable) return;
    for (const step of ['reflect', 'hand_in'] as const) {
      const done = ready.has(step);
      if (stepsDone.includes(step) === done || reported.current.get(step) === done) continue;
      reported.current.set(step, done);
      latest.current(step, done);
    }
  }, [writable, stepsDone, ready]);
}
