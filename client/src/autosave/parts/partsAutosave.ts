import type { ErrorCode } from '../../../../contract/errors.ts';
import type { SavedPart, StudioDraft } from '../../../../contract/studio.ts';
import { isSame, mergeThreeWay } from '../../../../contract/studioMerge.ts';
import type { MergeConflict } from '../../../../contract/studioMerge.ts';
import { Part } from '../../../../contract/studioParts.ts';
import type { PartKey } from '../../../../contract/studioParts.ts';
import type { AutosaveEngine } from '../engine.ts';
import { browserEnvironment } from '../environment.ts';
import { AutosaveGroup } from '../group.ts';
import type { GroupDeps } from '../group.ts';
import { joinValues } from './joinValues.ts';
import { partAdapter } from './partAdapter.ts';
import { PartCopies } from './partCopies.ts';
import { PartsSender } from './partsSender.ts';
import type { SaveChanges } from './partsSender.ts';
import { valueAt, withValueAt } from './valuePath.ts';
import { isReorderedByBoth } from './reordered.ts';
import type { ValuePath } from './valuePath.ts';

/** What is kept of a field that two people changed; `both` one after the other, see `canJoin`. */
export type Kept = 'mine' | 'theirs' | 'both';

/** Somebody else changed what was also changed here; both are kept until one is chosen. */
export interface PartConflict {
  /** What this window has. */
  readonly mine: Part | null;
  readonly theirs: SavedPart;
  /** Where they differ; an empty path is the whole part, which one side removed. */
  readonly fields: readonly MergeConflict[];
}

export interface PartsState {
  /** Every part that is there, with what was typed last. */
  readonly parts: ReadonlyMap<PartKey, Part>;
  readonly conflicts: ReadonlyMap<PartKey, PartConflict>;
  /** Parts that somebody else removed while nothing in them was unsent here, each with the draft as it was before. */
  readonly removed: ReadonlyMap<PartKey, ReadonlyMap<PartKey, Part>>;
  /** Parts in which somebody else and this window changed the order of the same things. */
  readonly reordered: ReadonlySet<PartKey>;
  /** Parts that the server refused as they are, and why. */
  readonly refused: ReadonlyMap<PartKey, ErrorCode>;
  /** ISO instant of the latest save from this window. */
  readonly savedAt: string | null;
}

interface PartsAutosaveDeps extends GroupDeps {
  readonly draftId: string;
  readonly save: SaveChanges;
}

type PartEngine = AutosaveEngine<Part | null, SavedPart>;

/**
 * Saves the parts of a draft, each by itself: first on the device, then on the server. What somebody else changed in the meantime is
 * merged; only where both changed the same field, a choice is asked for. Parts that nobody touched here have no engine.
 */
export class PartsAutosave extends AutosaveGroup<Part | null, SavedPart> {
  readonly #copies: PartCopies;
  readonly #server = new Map<PartKey, SavedPart>();
  readonly #settling = new Set<PartKey>();
  #isLoading = false;
  #isStopped = false;
  #revision = 0;
  readonly #removed = new Map<PartKey, ReadonlyMap<PartKey, Part>>();
  readonly #reordered = new Set<PartKey>();
  #state: PartsState = {
    parts: new Map(),
    conflicts: new Map(),
    removed: new Map(),
    reordered: new Set(),
    refused: new Map(),
    savedAt: null,
  };

  constructor({ draftId, save, openStore, environment = browserEnvironment }: PartsAutosaveDeps) {
    const copies = new PartCopies();
    const sender = new PartsSender(save, (milliseconds, call) => environment.after(milliseconds, call));
    super(partAdapter({ draftId, sender, copies }), { openStore, environment });
    this.#copies = copies;
  }

  readonly state = (): PartsState => this.#state;

  /** Revision of the draft up to which every change of it is known. */
  readonly revision = (): number => this.#revision;

  /** Takes over parts as the server has them; what is unsent stays, and an older revision is never accepted. */
  load({ revision, parts }: Pick<StudioDraft, 'revision' | 'parts'>): void {
    this.#revision = Math.max(this.#revision, revision);
    const { parts: before } = this.#state;
    this.#together(() => {
      for (const saved of parts) {
        if (saved.revision <= (this.#server.get(saved.key)?.revision ?? 0)) continue;
        if (saved.value === null && !saved.mine && before.has(saved.key))
          this.#removed.set(saved.key, before);
        this.#server.set(saved.key, saved);
        const part = this.parts().get(saved.key);
        if (part) this.#give(part, saved);
      }
    });
  }

  /** Changes parts; null removes one. */
  change(changes: ReadonlyMap<PartKey, Part | null>): void {
    this.#together(() => {
      for (const [key, value] of changes) this.part(key).write(value);
    });
  }

  /**
   * Chooses one side of a conflict in one field, or both texts one after the other. When none is left, what was chosen is saved.
   *
   * @param path  as in the conflict
   */
  async resolve(key: PartKey, path: ValuePath, keep: Kept): Promise<void> {
    const conflict = this.#state.conflicts.get(key);
    const part = this.parts().get(key);
    if (!conflict || !part) return;
    if (path.length === 0) {
      await part.resolve(keep === 'theirs' ? 'theirs' : 'mine');
      return;
    }
    const theirs = valueAt(conflict.theirs.value, path);
    const { value, baseRevision } = part.model();
    if (keep === 'theirs') {
      part.write(withValueAt(value, path, theirs), true);
      return;
    }
    // as if it had been theirs all along: then only this window changed it
    const base = this.#copies.at(key, baseRevision);
    this.#copies.record(key, baseRevision, withValueAt(base, path, theirs));
    if (keep === 'both') {
      const joined = joinValues(theirs, valueAt(value, path));
      part.write(withValueAt(value, path, joined), true);
    } else {
      this.changed();
    }
  }

  /** What was said about a part that somebody else removed or put into another order was read. */
  seen(key: PartKey): void {
    this.#removed.delete(key);
    this.#reordered.delete(key);
    this.changed();
  }

  /** One part, as the server has it if it was not touched here yet. */
  override part(key: PartKey): PartEngine {
    const isNew = !this.parts().has(key);
    const part = super.part(key);
    const saved = this.#server.get(key);
    if (isNew && saved) this.#give(part, saved);
    return part;
  }

  override stop(): void {
    this.#isStopped = true;
    super.stop();
  }

  protected override changed(): void {
    if (this.#isLoading) return;
    this.#state = this.#read();
    super.changed();
  }

  #together(act: () => void): void {
    this.#isLoading = true;
    act();
    this.#isLoading = false;
    this.changed();
  }

  #give(part: PartEngine, { key, revision, value, savedAt }: SavedPart): void {
    this.#copies.record(key, revision, value);
    part.load({ value, revision, savedAt, lineage: null });
  }

  #read(): PartsState {
    const parts = new Map<PartKey, Part>();
    const conflicts = new Map<PartKey, PartConflict>();
    const refused = new Map<PartKey, ErrorCode>();
    const savedAt: string[] = [];
    for (const [key, { value }] of this.#server) if (value) parts.set(key, value);
    for (const [key, part] of this.parts()) {
      const model = part.model();
      if (model.value) parts.set(key, model.value);
      else parts.delete(key);
      const phase = part.phase();
      if (phase.kind === 'refused') refused.set(key, phase.code);
      if (phase.kind === 'conflict') {
        const conflict = this.#findConflict(key, part, phase.theirs);
        if (conflict) conflicts.set(key, conflict);
      }
      if (model.savedAt !== null) savedAt.push(model.savedAt);
    }
    // what is back, or still here because something in it is unsent, is offered elsewhere
    const removed = new Map([...this.#removed].filter(([key]) => !parts.has(key)));
    const reordered = new Set(this.#reordered);
    return { parts, conflicts, removed, reordered, refused, savedAt: savedAt.sort().at(-1) ?? null };
  }

  /** What has to be chosen; null where both changes go together, which is then saved. */
  #findConflict(key: PartKey, part: PartEngine, theirs: SavedPart): PartConflict | null {
    const { value: mine, baseRevision } = part.model();
    const base = this.#copies.at(key, baseRevision);
    const { value, conflicts } = mergeThreeWay(base, mine, theirs.value);
    if (conflicts.length > 0) return { mine, theirs, fields: conflicts };
    const merged = Part.nullable().safeParse(value);
    if (!merged.success) return { mine, theirs, fields: [{ path: [], mine, theirs: theirs.value }] };
    if (isReorderedByBoth(base, mine, theirs.value)) this.#reordered.add(key);
    void this.#settle(key, part, merged.data);
    return null;
  }

  /** Saves what both changes make together, on top of theirs. */
  async #settle(key: PartKey, part: PartEngine, merged: Part | null): Promise<void> {
    if (this.#settling.has(key) || this.#isStopped) return;
    this.#settling.add(key);
    // not while the engine is still telling of the conflict
    await Promise.resolve();
    if (!isSame(part.model().value, merged)) part.write(merged, true);
    await part.resolve('mine');
    this.#settling.delete(key);
    this.changed();
  }
}
