/** Texts by key. In a blocked frame every access to web storage throws, so it is only ever accessed through this. */
export interface TextStore {
  get: (key: string) => string | null;
  set: (key: string, value: string) => void;
  remove: (key: string) => void;
  /** Keys that begin with `prefix`. */
  keys: (prefix: string) => string[];
  /** False if values live in memory only and are gone with the page. */
  readonly real: boolean;
}

type Area = 'localStorage' | 'sessionStorage';

/** Lives as long as the page. */
class MemoryStore implements TextStore {
  readonly real = false;
  readonly #values = new Map<string, string>();

  get(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  set(key: string, value: string): void {
    this.#values.set(key, value);
  }

  remove(key: string): void {
    this.#values.delete(key);
  }

  keys(prefix: string): string[] {
    return [...this.#values.keys()].filter((key) => key.startsWith(prefix));
  }
}

/** The storage itself, or null if it is denied or cannot hold a value (private windows with a quota of 0). */
function probe(area: Area): Storage | null {
  try {
    const storage = window[area];
    const key = 'wm:probe';
    storage.setItem(key, '1');
    const held = storage.getItem(key) === '1';
    storage.removeItem(key);
    return held ? storage : null;
  } catch {
    return null;
  }
}

function attempt<T>(act: () => T, otherwise: T): T {
  try {
    return act();
  } catch {
    return otherwise;
  }
}

/** Web storage, with this page's memory as a fallback for what cannot be written. */
class WebStore implements TextStore {
  readonly real = true;
  readonly #memory = new MemoryStore();
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  get(key: string): string | null {
    return this.#memory.get(key) ?? attempt(() => this.#storage.getItem(key), null);
  }

  set(key: string, value: string): void {
    const written = attempt(() => {
      this.#storage.setItem(key, value);
      return true;
    }, false);
    if (written) this.#memory.remove(key);
    else this.#memory.set(key, value);
  }

  remove(key: string): void {
    this.#memory.remove(key);
    attempt(() => this.#storage.removeItem(key), undefined);
  }

  keys(prefix: string): string[] {
    const stored = attempt(() => Object.keys(this.#storage), []);
    return [...new Set([...stored, ...this.#memory.keys('')])].filter((key) => key.startsWith(prefix));
  }
}

/**
 * Web storage that never throws. If the area is denied, it is this page's memory; a write that fails later (quota, a permission
 * withdrawn) is kept in memory too, so that what was set can be read again.
 */
export function openTextStore(area: Area): TextStore {
  const storage = probe(area);
  return storage ? new WebStore(storage) : new MemoryStore();
}

let real: boolean | undefined;

/**
 * Whether this frame stores anything on the device. Checked once: a frame's permission holds for its life. Wording such as "kept
 * on this device" may only be shown if this is true.
 */
export function isRealStorage(): boolean {
  real ??= probe('localStorage') !== null;
  return real;
}
