import { describe, expect, it } from '@jest/globals';
import { STATUS_BY_CODE } from '../../../contract/errors.ts';
import type { ErrorCode } from '../../../contract/errors.ts';
import { PATHWAY_PART } from '../../../contract/studioParts.ts';
import type { Part } from '../../../contract/studioParts.ts';
import { ApiError } from '../../../client/src/api/errors.ts';
import { PartsAutosave } from '../../../client/src/autosave/parts/partsAutosave.ts';
import { DeviceStore } from '../../../client/src/storage/deviceStore.ts';
import { findModule, findPathway } from '../../../client/src/features/studio/changes.ts';
import type { Changes } from '../../../client/src/features/studio/changes.ts';
import * as model from '../../../client/src/features/studio/studioModel.ts';
import { World } from '../autosave/support/world.ts';
import { Refusal } from '../support/fakeApi.ts';
import { moduleAt, sampleParts } from './samples.ts';
import { DRAFT_ID, StudioServer } from './studioServer.ts';

const WINDOW = 'd1a2b3c4-0000-4000-8000-000000000009';

function toApiError(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const { code, message, details } = error;
  return new ApiError({ code, status: STATUS_BY_CODE[code], message, correlationId: null, details });
}

/** One window on a draft whose server, device and clock are in the test's hands. */
class Desk {
  readonly world = new World();
  readonly server = new StudioServer();
  refuses: ErrorCode | null = null;
  autosave = this.open();

  open(): PartsAutosave {
    const autosave = new PartsAutosave({
      draftId: DRAFT_ID,
      environment: this.world.environment,
      openStore: () => Promise.resolve(new DeviceStore(this.world.openDisk())),
      save: (changes) =>
        this.world.request(() => {
          try {
            if (this.refuses) throw new Refusal(this.refuses);
            return this.server.save({ windowId: WINDOW, changes });
          } catch (error) {
            throw toApiError(error);
          }
        }),
    });
    autosave.load(this.server.since(0));
    return autosave;
  }

  change(operation: (parts: ReadonlyMap<string, Part>) => Changes): void {
    this.autosave.change(operation(this.autosave.state().parts));
  }

  /** Lets everything happen that happens by itself. */
  async settle(): Promise<void> {
    for (let round = 0; round < 10; round += 1) {
      await this.world.runAll();
      await this.world.wait(3000);
    }
  }
}

const first = () => moduleAt(sampleParts(), 0).key;
const relabel = (part: Part, label: string): Part => (part.type === 'module' ? { ...part, label } : part);

describe('the autosave of parts', () => {
  it('sends what was changed together in one save', async () => {
    const desk = new Desk();
    const key = 'd1a2b3c4-0000-4000-8000-00000000000a';

    desk.change((parts) => model.addModule(parts, key, 'New module'));
    await desk.settle();

    expect(desk.server.saves).toEqual([[PATHWAY_PART, key]]);
    expect(desk.server.value(key)).toMatchObject({ title: 'New module' });
    expect(desk.autosave.texts().every(({ kind }) => kind === 'saved')).toBe(true);
  });

  it('merges what somebody else changed in another field of the same part', async () => {
    const desk = new Desk();

    desk.server.saveAsOther(first(), (part) => relabel(part, 'Theirs'));
    desk.change((parts) => model.setModule(parts, first(), { summary: 'Mine' }));
    await desk.settle();

    const both = { label: 'Theirs', summary: 'Mine' };
    expect(desk.server.value(first())).toMatchObject(both);
    expect(findModule(desk.autosave.state().parts, first())).toMatchObject(both);
    expect(desk.autosave.state().conflicts.size).toBe(0);
  });

  it('saves the others of a save in which one part is in conflict', async () => {
    const desk = new Desk();
    const second = moduleAt(sampleParts(), 1).key;

    desk.server.saveAsOther(first(), (part) => relabel(part, 'Theirs'));
    desk.autosave.change(
      new Map([
        ...model.setModule(sampleParts(), first(), { label: 'Mine' }),
        ...model.setModule(sampleParts(), second, { label: 'Mine as well' }),
      ]),
    );
    await desk.settle();

    expect(desk.server.value(second)).toMatchObject({ label: 'Mine as well' });
    expect([...desk.autosave.state().conflicts.keys()]).toEqual([first()]);
  });

  it.each(['mine', 'theirs'] as const)(
    'keeps both texts of one field until one is chosen, and then %s',
    async (keep) => {
      const desk = new Desk();
      desk.server.saveAsOther(first(), (part) => relabel(part, 'theirs'));
      desk.change((parts) => model.setModule(parts, first(), { label: 'mine', summary: 'My summary' }));
      await desk.settle();
      const [field] = desk.autosave.state().conflicts.get(first())?.fields ?? [];
      const label = findModule(desk.autosave.state().parts, first())?.label;

      await Promise.all([desk.autosave.resolve(first(), ['label'], keep), desk.settle()]);

      expect(field).toEqual({ path: ['label'], mine: 'mine', theirs: 'theirs' });
      expect(label).toBe('mine');
      expect(desk.server.value(first())).toMatchObject({ label: keep, summary: 'My summary' });
      expect(desk.autosave.state().conflicts.size).toBe(0);
      expect(desk.world.disk.size).toBe(0);
    },
  );

  it('shows both texts again after the page was loaded anew', async () => {
    const desk = new Desk();
    desk.server.saveAsOther(first(), (part) => relabel(part, 'theirs'));
    desk.change((parts) => model.setModule(parts, first(), { label: 'mine' }));
    await desk.settle();

    desk.autosave.stop();
    desk.autosave = desk.open();
    await desk.settle();

    const [field] = desk.autosave.state().conflicts.get(first())?.fields ?? [];
    expect(field).toEqual({ path: ['label'], mine: 'mine', theirs: 'theirs' });
  });

  it('asks whether a part that somebody else removed is to come back', async () => {
    const desk = new Desk();
    desk.server.saveAsOther(first(), () => null);
    desk.change((parts) => model.setModule(parts, first(), { label: 'mine' }));
    await desk.settle();
    const [field] = desk.autosave.state().conflicts.get(first())?.fields ?? [];

    await Promise.all([desk.autosave.resolve(first(), [], 'mine'), desk.settle()]);

    expect(field?.path).toEqual([]);
    expect(desk.server.value(first())).toMatchObject({ label: 'mine' });
  });

  it('takes over what others changed where nothing is being written', async () => {
    const desk = new Desk();
    const second = moduleAt(sampleParts(), 1).key;
    desk.change((parts) => model.setModule(parts, first(), { label: 'Being written' }));
    desk.server.saveAsOther(second, (part) => relabel(part, 'Theirs'));

    desk.autosave.load(desk.server.since(desk.autosave.revision()));

    expect(findModule(desk.autosave.state().parts, second)?.label).toBe('Theirs');
    expect(findModule(desk.autosave.state().parts, first())?.label).toBe('Being written');
    await desk.settle();
  });

  it.each([
    ['the role has ended', 'FORBIDDEN'],
    ['the draft is too large', 'DRAFT_TOO_LARGE'],
  ] as const)(
    'keeps on the device what is refused because %s, and saves it once that is over',
    async (_, code) => {
      const desk = new Desk();
      desk.refuses = code;

      desk.change((parts) => model.setPathway(parts, { vision: 'Written too late' }));
      await desk.settle();
      const refused = desk.autosave.state().refused;
      const kept = JSON.stringify([...desk.world.disk.values()]);
      desk.refuses = null;
      desk.autosave.stop();
      desk.autosave = desk.open();
      await desk.settle();

      expect([...refused]).toEqual([[PATHWAY_PART, code]]);
      expect(kept).toContain('Written too late');
      expect(desk.server.value(PATHWAY_PART)).toMatchObject({ vision: 'Written too late' });
    },
  );

  it('recognises its own text where the response to a save was lost, though the server trimmed it', async () => {
    const desk = new Desk();
    desk.world.fate = 'lost';
    desk.change((parts) => model.setPathway(parts, { title: 'Quick checks ' }));
    await desk.world.wait(1000);
    await desk.world.runAll();
    await desk.world.wait(100);
    await desk.world.runAll();

    desk.world.fate = 'ok';
    desk.change((parts) => model.setPathway(parts, { title: 'Quick checks that help' }));
    await desk.settle();

    expect(desk.server.value(PATHWAY_PART)).toMatchObject({ title: 'Quick checks that help' });
    expect(findPathway(desk.autosave.state().parts)?.title).toBe('Quick checks that help');
    expect(desk.autosave.state().conflicts.size).toBe(0);
  });
});
