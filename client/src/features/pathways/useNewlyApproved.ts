import { useState } from 'react';
import type { PathwayMap } from '../../../../contract/pathways.ts';
import { openTextStore } from '../../storage/webStorage.ts';

/** The module whose approval this window shows for the first time: the trail grows from it once. */
export function useNewlyApproved({ enrolmentId, modules }: PathwayMap): string | undefined {
  const [fresh] = useState(() => {
    const store = openTextStore('sessionStorage');
    const name = `wm:approved:${enrolmentId}`;
    const approved = modules.filter((module) => module.state === 'approved').map((module) => module.key);
    const seen = store.get(name);
    store.set(name, approved.join(' '));
    return seen === null ? undefined : approved.find((key) => !seen.split(' ').includes(key));
  });
  return fresh;
}
