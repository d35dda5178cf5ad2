import type { Api } from '../../api/ApiProvider.tsx';

type Settle = () => Promise<boolean>;

const callbacks = new WeakMap<Api, Map<string, Settle>>();

/**
 * Registers what has to be done with an attempt's evidence before its round is submitted: a file that was removed must be gone by
 * then, even if that can still be undone.
 *
 * @param settle  resolves to whether everything is as the page shows it
 */
export function onBeforeSubmit(api: Api, attemptId: string, settle: Settle): void {
  const known = callbacks.get(api) ?? new Map<string, Settle>();
  known.set(attemptId, settle);
  callbacks.set(api, known);
}

/** Does what was registered with `onBeforeSubmit`; true if nothing was. */
export async function settleEvidence(api: Api, attemptId: string): Promise<boolean> {
  return (await callbacks.get(api)?.get(attemptId)?.()) ?? true;
}
