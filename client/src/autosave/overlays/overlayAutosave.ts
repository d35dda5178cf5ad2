import type { ErrorCode } from '../../../../contract/errors.ts';
import { mergeEdits } from '../../../../contract/overlayEdits.ts';
import { OverlayEdits } from '../../../../contract/overlays.ts';
import type { SavedEdits } from '../../../../contract/overlays.ts';
import { isSame } from '../../../../contract/studioMerge.ts';
import type { MergeConflict } from '../../../../contract/studioMerge.ts';
import { AutosaveGroup } from '../group.ts';
import type { GroupDeps } from '../group.ts';
import { withValue } from '../parts/valuePath.ts';
import { ALL, overlayAdapter } from './overlayAdapter.ts';
import type { Bases, SaveOverlay } from './overlayAdapter.ts';

export type Side = 'mine' | 'theirs';

export interface OverlayState {
  /** What was typed last; null until the draft has been loaded. */
  readonly edits: OverlayEdits | null;
  /** Revision that the server has. */
  readonly revision: number;
  /** Fields that somebody else changed as well, and for which no side was chosen yet. */
  readonly conflicts: readonly MergeConflict[];
  /** Why the server does not take the draft as it is. */
  readonly refused: ErrorCode | null;
  /** ISO instant of the latest save. */
  readonly savedAt: string | null;
}

interface OverlayAutosaveDeps extends GroupDeps {
  readonly draftId: string;
  readonly save: SaveOverlay;
}

const nameOf = (path: readonly string[]): string => JSON.stringify(path);

/**
 * Saves the draft of an overlay: first on the device, then on the server. What somebody else changed in the meantime is merged; only
 * where both changed the same field, a choice is asked for.
 */
export class OverlayAutosave extends AutosaveGroup<OverlayEdits | null, SavedEdits> {
  readonly #bases: Bases;
  /** Sides of the conflict with this revision that were chosen so far. */
  #chosen: { revision: number; sides: Map<string, Side> } = { revision: 0, sides: new Map() };
  #isSettling = false;
  #state: OverlayState = { edits: null, revision: 0, conflicts: [], refused: null, savedAt: null };

  constructor({ draftId, save, ...deps }: OverlayAutosaveDeps) {
    const bases: Bases = new Map();
    super(overlayAdapter({ draftId, save, bases }), deps);
    this.#bases = bases;
  }

  readonly state = (): OverlayState => this.#state;

  /** Takes over the draft as the server has it; what is unsent stays, and an older revision is never accepted. */
  load({ revision, savedAt, edits }: SavedEdits): void {
    this.#bases.set(revision, edits);
    this.part(ALL).load({ value: edits, revision, savedAt, lineage: null });
  }

  write(edits: OverlayEdits): void {
    this.part(ALL).write(edits);
  }

  /** Chooses one side of a conflict. When every one is chosen, the draft is saved. @param path  as in the conflict */
  choose(path: readonly string[], side: Side): void {
    this.#chosen.sides.set(nameOf(path), side);
    this.changed();
  }

  protected override changed(): void {
    this.#state = this.#read();
    super.changed();
  }

  #read(): OverlayState {
    const part = this.part(ALL);
    const { value: edits, baseRevision, savedAt } = part.model();
    const phase = part.phase();
    return {
      edits,
      revision: baseRevision,
      conflicts: phase.kind === 'conflict' && edits ? this.#findConflicts(edits, phase.theirs) : [],
      refused: phase.kind === 'refused' ? phase.code : null,
      savedAt,
    };
  }

  #findConflicts(mine: OverlayEdits, theirs: SavedEdits): readonly MergeConflict[] {
    const base = this.#bases.get(this.part(ALL).model().baseRevision);
    const merged = base
      ? mergeEdits(base, mine, theirs.edits)
      : { value: theirs.edits, conflicts: [{ path: [], mine, theirs: theirs.edits }] };
    if (this.#chosen.revision !== theirs.revision)
      this.#chosen = { revision: theirs.revision, sides: new Map() };
    const { sides } = this.#chosen;
    const left = merged.conflicts.filter(({ path }) => !sides.has(nameOf(path)));
    if (left.length > 0) return left;
    const kept = merged.conflicts.filter(({ path }) => sides.get(nameOf(path)) === 'mine');
    const value = kept.reduce<unknown>((whole, one) => withValue(whole, one.path, one.mine), merged.value);
    void this.#settle(OverlayEdits.safeParse(value).data ?? mine);
    return [];
  }

  /** Saves what both changes make together, on top of theirs. */
  async #settle(merged: OverlayEdits): Promise<void> {
    if (this.#isSettling) return;
    this.#isSettling = true;
    // not while the engine is still telling of the conflict
    await Promise.resolve();
    const part = this.part(ALL);
    if (!isSame(part.model().value, merged)) part.write(merged, true);
    await part.resolve('mine');
    this.#isSettling = false;
    this.changed();
  }
}
