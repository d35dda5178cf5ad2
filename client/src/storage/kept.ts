/** Whose work it is. Another person at the same computer sees none of it. */
export interface StoreOwner {
  readonly institutionId: string;
  readonly personId: string;
}

/** One item that is not on the server yet. */
export interface KeptEntry {
  /** `<kind>:<what>`, for example `draft:<attempt>:<piece>`: a later entry with the same id replaces it. */
  readonly id: string;
  readonly kind: string;
  /** Plain data; its reader checks it with zod, since it may be older than the code. */
  readonly value: unknown;
  /** ISO instant. */
  readonly at: string;
}

/** What a store on disk must do; implemented by Dexie, which is loaded when first used. */
export interface Disk {
  put: (entry: KeptEntry) => Promise<void>;
  /** Puts all of these entries, or none of them. */
  putAll: (entries: readonly KeptEntry[]) => Promise<void>;
  get: (id: string) => Promise<KeptEntry | undefined>;
  list: (kind: string) => Promise<KeptEntry[]>;
  /** Removes the entry only if it still is the one that is meant; check and removal are atomic. */
  remove: (id: string, isMeant: (entry: KeptEntry) => boolean) => Promise<void>;
  clear: () => Promise<void>;
}
