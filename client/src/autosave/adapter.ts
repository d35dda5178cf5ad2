import type { ErrorCode } from '../../../contract/errors.ts';
import type { KeptEntry } from '../storage/kept.ts';
import type { Draft, Met, Rules, ServerCopy } from './machine.ts';
import type { SaveFailure } from './saveFailure.ts';

/** Words that a page left on the device, and which part of its subject they are. */
export interface Leftover<V> {
  readonly key: string;
  readonly draft: Draft<V>;
}

/**
 * What autosave has to know of one kind of thing. A subject (an attempt, a review) has parts by key, each saved by itself.
 * `V` is what is typed, `T` what a page shows of another window's words in a conflict.
 */
export interface Adapter<V, T> extends Rules<V> {
  /** The kind of its entries on the device; also to be listed in `storage/unsent.ts`. */
  readonly kind: string;
  /** A part that nothing was loaded of yet. */
  readonly empty: (key: string) => ServerCopy<V>;
  /** @param at  ISO instant that rises with each entry of a window */
  readonly toEntry: (key: string, draft: Draft<V>, at: string) => KeptEntry;
  /** Null for entries of other subjects, and for those that an older version of the page wrote otherwise. */
  readonly fromEntry: (entry: KeptEntry) => Leftover<V> | null;
  /** Puts a part to the server. @throws {ApiError | OfflineError} */
  readonly send: (
    key: string,
    draft: Draft<V>,
  ) => Promise<{ readonly revision: number; readonly savedAt: string | null }>;
  /** What the server would say to words that it takes for sure not, known before they are sent. */
  readonly check?: (value: V) => SaveFailure | null;
  /** Reads the details of a 409 DRAFT_CONFLICT; null where they can't be read. */
  readonly readConflict: (details: unknown) => Met<V, T> | null;
  /** For [Copy]. */
  readonly words: (value: V) => string;
  /** Whether what was found on the device is needed no more; else, where it is what the server has. */
  readonly isObsolete?: (found: V) => boolean;
  /** Why nothing can be saved here, though an earlier page left something; null where it can. */
  readonly closedBy?: () => ErrorCode | null;
  /** The server has these. They count as saved when this is done, so that the page never shows them as undone in between. */
  readonly acknowledged?: (value: V) => Promise<void>;
  /** A refusal undid the newest change. */
  readonly takenBack?: () => void;
}
