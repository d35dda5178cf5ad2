import type { Adapter } from '../adapter.ts';
import { CHOICE_KIND, choiceId, toChoice, toChoiceEntry } from './choice.ts';
import type { Choice, MadeChoice } from './choice.ts';

export interface ChoiceAdapterDeps {
  readonly attemptId: string;
  readonly send: (choice: Choice) => Promise<void>;
  /** For choices that an earlier visit left: whether a later choice was made elsewhere. */
  readonly overtaken: (made: MadeChoice) => boolean;
  /** The server has it. @returns when the page shows it without the pending choice */
  readonly taken: (made: MadeChoice) => Promise<void>;
  /** The server refused it: it was undone, and what the server holds has to be read again. */
  readonly refused: () => void;
}

/** Runs one task after the other, whether or not those before succeeded. */
class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<R>(act: () => Promise<R>): Promise<R> {
    const done = this.#last.then(act, act);
    this.#last = done;
    return done;
  }
}

/**
 * Small choices on one attempt by `choiceId`: the last one counts, so there are no revisions and no conflicts; a refused one is
 * undone. Null: nothing was chosen here.
 */
export function choiceAdapter(deps: ChoiceAdapterDeps): Adapter<MadeChoice | null, never> {
  const sending = new SerialQueue();
  return {
    kind: CHOICE_KIND,
    same: (a, b) => a === b,
    hasHistory: false,
    keepsRefused: false,
    isFinal: () => false,
    // a choice has no text
    words: () => '',
    empty: () => ({ value: null, revision: 0, savedAt: null, lineage: null }),
    toEntry: (key, { value }, at) =>
      value ? toChoiceEntry(value) : { id: key, kind: CHOICE_KIND, value, at },
    fromEntry: (entry) => {
      const made = toChoice(entry);
      if (made?.choice.attemptId !== deps.attemptId) return null;
      const draft = { value: made, baseRevision: 0, lineage: 'found', sequence: 0, builtOn: [] };
      return { key: choiceId(made.choice), draft };
    },
    send: async (_key, { value }) => {
      if (value) await sending.run(() => deps.send(value.choice));
      return { revision: 0, savedAt: null };
    },
    readConflict: () => null,
    isObsolete: (found) => found !== null && deps.overtaken(found),
    acknowledged: async (made) => {
      if (made) await deps.taken(made);
    },
    takenBack: deps.refused,
  };
}
