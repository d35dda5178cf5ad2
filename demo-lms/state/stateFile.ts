import { rename, readFile, writeFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import type { LmsState } from './lmsState.ts';
import type { SavedKeys } from './keys.ts';
import type { LmsRecords } from './records.ts';
import type { SettingValues } from './settings.ts';

/** Raised when the records change their shape: a file of another format is left aside. */
const FORMAT = 1;
const SAVE_AFTER_MS = 100;

/** Where the LMS and its tool stand: registrations hold these addresses, so that at others nothing kept would fit. */
export interface Addresses {
  port: number;
  frameHostPort: number;
  toolUrl: string | null;
}

export interface SavedLms {
  format: number;
  addresses: Addresses;
  keys: SavedKeys;
  settings: SettingValues;
  records: LmsRecords;
}

/**
 * What a former run left in the file; null where there is none, or one that doesn't fit (another format or other addresses).
 * The text is V8's structured clone, which knows maps.
 */
export async function readStateFile(path: string, addresses: Addresses): Promise<SavedLms | null> {
  try {
    const saved = deserialize(await readFile(path)) as SavedLms;
    const fits = saved.format === FORMAT && JSON.stringify(saved.addresses) === JSON.stringify(addresses);
    return fits ? saved : null;
  } catch {
    return null;
  }
}

export interface StateFile {
  /** Saves within a tenth of a second. */
  touch(): void;
  /** Saves what is not saved yet. */
  flush(): Promise<void>;
}

/** Keeps the state in a file, whole at any moment: a new one takes the old one's place. */
export function createStateFile(path: string, state: LmsState, addresses: Addresses): StateFile {
  let timer: NodeJS.Timeout | null = null;
  let writing = Promise.resolve();

  async function save(): Promise<void> {
    const saved: SavedLms = {
      format: FORMAT,
      addresses,
      keys: state.keys.save(),
      settings: state.settings.get(),
      records: state.records(),
    };
    await writeFile(`${path}.new`, serialize(saved), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = null;
    writing = writing.then(save);
    return writing;
  }

  return {
    touch() {
      timer ??= setTimeout(() => {
        flush().catch((error: unknown) =>
          process.emitWarning(`The LMS's state was not saved: ${String(error)}`),
        );
      }, SAVE_AFTER_MS);
    },
    flush,
  };
}
