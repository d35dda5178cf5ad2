import type { ErrorCode } from '../../../contract/errors.ts';
import type { KeptEntry } from '../storage/kept.ts';
import type { Draft, Conflict, Rules, ServerCopy } from './machine.ts';
import type { SaveFailure } from './saveFailure.ts';

/** Words that a page left on the device, and the part of the subject they belong to. */
export interface Leftover<V> {
  readonly key: string;
  readonly draft: Draft<V>;
}

/**
 * What autosave needs to know about one kind of content. A subject (an attempt, a review) has parts by key, each saved
 * separately. `V` is what is typed, `T` is what a page shows of another window's words in a conflict.
 */
export interface Adapter<V, T> extends Rules<V> {
  /** The kind of its entries on the device; it must also be listed in `storage/listUnsent.ts`. */
  readonly kind: string;
  /** A part of which nothing has been loaded yet. */
  readonly empty: (key: string) => ServerCopy<V>;
  /** @param at  ISO instant that increases with each entry of a window */
  readonly toEntry: (key: string, draft: Draft<V>, at: string) => KeptEntry;
  /** Null for entries of other subjects, and for those that an older version of the page wrote in another format. */
  readonly fromEntry: (entry: KeptEntry) => Leftover<V> | null;
  /** Saves a part to the server. @throws {ApiError | OfflineError} */
  readonly send: (
    key: string,
    draft: Draft<V>,
  ) => Promise<{ readonly revision: number; readonly savedAt: string | null }>;
  /** The server's response to words that it is certain to refuse, known before they are sent. */
  readonly check?: (value: V) => SaveFailure | null;
  /** Reads the details of a 409 DRAFT_CONFLICT; null where they can't be read. */
  readonly readConflict: (details: unknown) => Conflict<V, T> | null;
  /** The text for [Copy]. */
  readonly words: (value: V) => string;
  /** Whether what was found on the device is no longer needed; by default, whether it equals what the server has. */
  readonly isObsolete?: (found: V) => boolean;
  /** Why nothing can be saved here, though an earlier page left something; null if saving is possible. */
  readonly closedBy?: () => ErrorCode | null;
  /**
   * The server has these words. They count as saved once this resolves, so that the page never shows them as undone in between.
   */
  readonly acknowledged?: (value: V) => Promise<void>;
  /** A refusal undid the latest change. */
  readonly takenBack?: () => void;
}
