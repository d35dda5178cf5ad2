import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LevelKey } from '../../../contract/content.ts';
import type { Choice } from '../../../client/src/autosave/choices/choice.ts';
import { ChoiceAutosave } from '../../../client/src/autosave/choices/choiceAutosave.ts';
import { DeviceStore } from '../../../client/src/storage/deviceStore.ts';
import { refusal, World } from './support/world.ts';
import type { Fate } from './support/world.ts';

const SEED = 20261127;
const KEYS = ['one', 'two'];
const LEVELS: readonly LevelKey[] = ['low', 'middle', 'high'];

type Step =
  | { readonly do: 'choose'; readonly key: string; readonly level: LevelKey }
  | { readonly do: 'run'; readonly pick: number }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'fate'; readonly fate: Fate }
  | { readonly do: 'reload' };

const fates: Fate[] = ['ok', 'ok', 'offline', 'lost', 'UNAVAILABLE', 'SESSION_OVER', 'RUN_ARCHIVED'];
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('choose' as const),
        key: fc.constantFrom(...KEYS),
        level: fc.constantFrom(...LEVELS),
      }),
    },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('run' as const), pick: fc.nat({ max: 5 }) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 40) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('fate' as const), fate: fc.constantFrom(...fates) }),
    },
    { weight: 1, arbitrary: fc.constant({ do: 'reload' as const }) },
  ),
  { maxLength: 40, size: 'max' },
);

/** One window of a person who chooses, on a device and a server of their own. */
class Chooser {
  readonly world = new World();
  readonly server = new Map<string, LevelKey>();
  /** Chosen last of each criterion, unless it was refused or a reload came before the device had it. */
  readonly chosen = new Map<string, LevelKey>();
  #autosave = this.#open();

  get autosave(): ChoiceAutosave {
    return this.#autosave;
  }

  async do(step: Step): Promise<void> {
    if (step.do === 'choose') {
      const { key, level } = step;
      this.#autosave.choose({ what: 'level', attemptId: 'attempt', key, level });
      this.chosen.set(key, level);
    }
    if (step.do === 'run') await this.world.run(step.pick);
    if (step.do === 'wait') await this.world.wait(step.seconds * 1000);
    if (step.do === 'fate') this.world.fate = step.fate;
    if (step.do === 'reload') {
      // the disk and the network get what they were given before the page goes: choices have no order on the server
      do await this.world.run(0);
      while (this.world.tasks.length > 0);
      this.#autosave.stop();
      this.#autosave = this.#open();
    }
  }

  async settle(): Promise<void> {
    this.world.fate = 'ok';
    for (let round = 0; round < 10; round += 1) {
      await this.world.runAll();
      if (this.world.isQuiet() && this.#autosave.state().pending.size === 0) return;
      this.world.comeBack();
      await this.world.wait(40_000);
    }
  }

  #open(): ChoiceAutosave {
    const device = new DeviceStore(this.world.openDisk());
    return new ChoiceAutosave({
      attemptId: 'attempt',
      send: (choice) => this.world.request((fate) => this.#serve(choice, fate)),
      openStore: () => Promise.resolve(device),
      environment: this.world.environment,
      overtaken: () => false,
      taken: () => Promise.resolve(),
      refused: () => {},
    });
  }

  #serve(choice: Choice, fate: Fate): void {
    if (choice.what !== 'level') return;
    if (fate === 'RUN_ARCHIVED' && this.chosen.get(choice.key) === choice.level)
      this.chosen.delete(choice.key);
    if (fate !== 'ok')
      throw refusal(fate === 'offline' || fate === 'lost' || fate === 'late' ? 'INTERNAL' : fate);
    this.server.set(choice.key, choice.level);
  }
}

describe('small choices of one window', () => {
  test('reach the server in their last state unless it refuses them, whatever faults and reloads come between', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const chooser = new Chooser();
        for (const step of all) await chooser.do(step);
        await chooser.settle();

        expect([...chooser.world.disk.values()]).toEqual([]);
        expect(chooser.autosave.state().pending.size).toBe(0);
        for (const [key, level] of chooser.chosen) expect(chooser.server.get(key)).toBe(level);
        chooser.autosave.stop();
      }),
      { numRuns: 300, seed: SEED },
    );
  });
});
