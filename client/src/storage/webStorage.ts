/** Texts by key. In a blocked frame every touch of web storage throws, so it is only ever reached through this. */
export interface TextStore {
  get: (key: string) => string | null;
  set: (key: string, value: string) => void;
  remove: (key: string) => void;
  /** Keys that begin with `prefix`. */
  keys: (prefix: string) => string[];
  /** False where values live in memory only and are gone with the page. */
  readonly real: boolean;
}

type Area = 'localStorage' | 'sessionStorage';

/** For as long as the page lives. */
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

/** The storage itself, or null where it is denied or can't hold a value (private windows with a quota of 0). */
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

/** Web storage behind a memory of this page, for what can't be written. */
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
 * Web storage that never throws. Where the area is denied it is a memory of this page; a write that fails later
 * (quota, a permission taken away) is kept in memory too, so that what was set is read again.
 */
export function openTextStore(area: Area): TextStore {
  const storage = probe(area);
  return storage ? new WebStore(storage) : new MemoryStore();
}

let real: boolean | undefined;

/**
 * Whether this frame keeps anything on the device. Asked once: a frame's permission holds for its life.
 * Words such as "kept on this device" may only be shown where this is true.
 */
export function isRealStorage(): boolean {
  real ??= probe('localStorage') !== null;
  return real;
}
