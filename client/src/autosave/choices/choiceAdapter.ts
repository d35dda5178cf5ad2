import type { Adapter } from '../adapter.ts';
import { CHOICE_KIND, choiceId, toChoice, toChoiceEntry } from './choice.ts';
import type { Choice, MadeChoice } from './choice.ts';

export interface ChoiceAdapterDeps {
  readonly attemptId: string;
  readonly send: (choice: Choice) => Promise<void>;
  /** Of what an earlier visit left: whether a later choice was made in another place. */
  readonly overtaken: (made: MadeChoice) => boolean;
  /** The server has it. @returns when the page shows it without what is pending */
  readonly taken: (made: MadeChoice) => Promise<void>;
  /** The server said no: it was taken back, and what the server holds has to be read anew. */
  readonly refused: () => void;
}

/** Does one after the other, whether or not those before worked. */
class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<R>(act: () => Promise<R>): Promise<R> {
    const done = this.#last.then(act, act);
    this.#last = done;
    return done;
  }
}

/**
 * Small choices on one attempt by `choiceId`: the last one counts, so that there are no revisions and no conflicts; a refused one
 * is taken back. Null: nothing was chosen here.
 */
export function choiceAdapter(deps: ChoiceAdapterDeps): Adapter<MadeChoice | null, never> {
  const sending = new SerialQueue();
  return {
    kind: CHOICE_KIND,
    same: (a, b) => a === b,
    hasHistory: false,
    keepsRefused: false,
    isFinal: () => false,
    // a choice has no words
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
