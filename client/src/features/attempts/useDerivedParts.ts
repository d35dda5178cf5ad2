import { useEffect, useRef } from 'react';
import type { Workspace } from '../../../../contract/attempts.ts';
import type { Part } from '../../../../contract/pathways.ts';

/**
 * Reflect and Hand in are done when they are there: their marks follow, so that the map and the week say the same as this
 * page. Each change is told once.
 */
export function useDerivedParts(
  workspace: Workspace,
  ready: ReadonlySet<Part>,
  mark: (part: Part, done: boolean) => void,
): void {
  const told = useRef(new Map<Part, boolean>());
  const latest = useRef(mark);
  useEffect(() => {
    latest.current = mark;
  });
  const { writable, partsDone } = workspace;
  useEffect(() => {
    if (!writable) return;
    for (const part of ['reflect', 'hand_in'] as const) {
      const done = ready.has(part);
      if (partsDone.includes(part) === done || told.current.get(part) === done) continue;
      told.current.set(part, done);
      latest.current(part, done);
    }
  }, [writable, partsDone, ready]);
}
