import { afterEach, beforeEach, jest } from '@jest/globals';
import type { OwnArtifact } from '../../../contract/artifacts.ts';
import type { TransferEvents } from '../../../client/src/uploads/transfer.ts';
import { UploadManager } from '../../../client/src/features/attempts/uploads/uploadManager.ts';
import { attemptId, idOf } from '../support/teacherWork.ts';

const file = (name: string) => new File(['0123456789'], name, { type: 'video/mp4' });
export const upload = (name: string) => ({ file: file(name), criteria: [idOf(1)], requirementKey: null });

/** The far end of uploads: what was begun, sent and taken out, and switches. */
class FarEnd {
  readonly begun: string[] = [];
  readonly running = new Map<string, TransferEvents>();
  readonly stopped: string[] = [];
  readonly transfers: string[] = [];
  readonly removed: string[] = [];
  refreshed = 0;
  refuses: Error | null = null;
  /** While set, what begins waits for it. */
  slowly: Promise<void> | null = null;
  state: OwnArtifact['state'] = 'ready';
  notes: OwnArtifact['notes'] = [];
  /** What this window remembers for its next page. */
  left: readonly string[];

  constructor(left: readonly string[] = []) {
    this.left = left;
    this.manager = this.#open();
  }

  readonly manager: UploadManager;

  readonly #open = () =>
    new UploadManager({
      attemptId,
      begin: async (metadata) => {
        if (this.refuses) throw this.refuses;
        this.begun.push(metadata.filename);
        await this.slowly;
        return `artifact-${metadata.filename}`;
      },
      transfer: (_file, artifactId, events) => {
        this.transfers.push(artifactId);
        this.running.set(artifactId, events);
        return Promise.resolve({
          stop: () => {
            this.stopped.push(artifactId);
            this.running.delete(artifactId);
            return Promise.resolve();
          },
        });
      },
      look: () => Promise.resolve({ state: this.state, notes: this.notes } as OwnArtifact),
      remove: (id) => {
        this.removed.push(id);
        return Promise.resolve();
      },
      refresh: () => {
        this.refreshed += 1;
        return Promise.resolve();
      },
      remember: () => undefined,
      left: { read: () => this.left, write: (ids) => (this.left = [...ids]) },
    });

  phase(name: string) {
    return this.manager.state().items.find((item) => item.name === name)?.phase;
  }

  idOf(name: string): string {
    return this.manager.state().items.find((item) => item.name === name)?.clientId ?? '';
  }

  events(name: string): TransferEvents {
    const events = this.running.get(`artifact-${name}`);
    if (!events) throw new Error(`${name} is not running`);
    return events;
  }
}

/** Lets what is due at once happen, on the fake timers of `useFarEnds`. */
export const settle = () => jest.advanceTimersByTimeAsync(0);

/** Fake timers for each test of a `describe`. @returns opens a far end, whose uploads are ended after the test */
export function useFarEnds(): (left?: readonly string[]) => FarEnd {
  const opened: FarEnd[] = [];
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    for (const far of opened.splice(0)) far.manager.stop();
    jest.useRealTimers();
  });
  return (left) => {
    const far = new FarEnd(left);
    opened.push(far);
    return far;
  };
}
