import { failureOf } from '../../../../client/src/autosave/saveFailure.ts';
import { refusal } from './world.ts';
import type { Fate } from './world.ts';

/** Throws what a fate says, unless it is good. @param history  gets the words that a refusal keeps */
export function meetFate(fate: Fate, text: string, history: Set<string>): void {
  if (fate === 'ok' || fate === 'offline' || fate === 'lost' || fate === 'late') return;
  const failure = failureOf(refusal(fate));
  if (failure.kind === 'refused' && failure.inHistory) history.add(text);
  throw refusal(fate);
}
