import { PATHWAY_PART } from '../../../../contract/studioParts.ts';
import type { PartChange, SavedPart } from '../../../../contract/studio.ts';
import { PartsAutosave } from '../../../../client/src/autosave/parts/partsAutosave.ts';
import { valueAt } from '../../../../client/src/autosave/parts/valuePath.ts';
import { findPathway } from '../../../../client/src/features/studio/changes.ts';
import { sampleParts } from '../../studio/samples.ts';
import { meetFate } from './fates.ts';
import type { Kind, Surface } from './surfaces.ts';
import { refusal } from './world.ts';
import type { Fate } from './world.ts';

const DRAFT = 'a1b2c3d4-0000-4000-8000-00000000000d';
const FIELD = ['vision'];

/**
 * One field of a draft's part: the server's side as `parts.service.ts` has it, which merges nothing.
 *
 * @param onReplaced  told which words a window's save replaced
 */
export function partKind(onReplaced: (window: number, before: string) => void): Kind {
  const head = findPathway(sampleParts());
  if (!head) throw new Error('the sample has no part of its own');
  let saved: SavedPart & { windowId: number } = {
    key: PATHWAY_PART,
    revision: 1,
    value: { ...head, vision: '' },
    savedAt: '2026-11-27T09:00:00.000Z',
    mine: true,
    windowId: -1,
  };
  const took = new Set<string>();
  const visionOf = (value: unknown) => {
    const vision = valueAt(value, FIELD);
    return typeof vision === 'string' ? vision : '';
  };
  const toSaved = (): SavedPart => {
    const { windowId: _, ...part } = saved;
    return part;
  };

  const save = (id: number, changes: readonly PartChange[], fate: Fate) => {
    const [change] = changes;
    const vision = visionOf(change?.value);
    meetFate(fate, vision, new Set());
    const isRepeat = saved.windowId === id && visionOf(saved.value) === vision;
    if (change?.baseRevision !== saved.revision && !isRepeat)
      throw refusal('STUDIO_CONFLICT', { theirs: [toSaved()] });
    onReplaced(id, visionOf(saved.value));
    const revision = saved.revision + 1;
    const savedAt = new Date(Date.UTC(2026, 10, 27) + revision).toISOString();
    saved = { ...saved, value: change?.value ?? null, revision, savedAt, windowId: id };
    took.add(vision);
    return { revision, savedAt };
  };
  return {
    hasHistory: false,
    isHistoryFull: false,
    has: (text) => took.has(text),
    wordsOf: ({ value }) => visionOf(valueAt(value, ['value'])),
    open: ({ world, id, openStore }): Surface => {
      const send = (changes: PartChange[]) => world.request((fate) => save(id, changes, fate));
      const { environment } = world;
      const autosave = new PartsAutosave({ draftId: DRAFT, save: send, openStore, environment });
      const refetch = () => autosave.load({ revision: saved.revision, parts: [toSaved()] });
      refetch();
      const part = () => findPathway(autosave.state().parts);
      const conflict = () => autosave.state().conflicts.get(PATHWAY_PART);
      return {
        type: (text) => {
          const before = part();
          if (before) autosave.change(new Map([[PATHWAY_PART, { ...before, vision: text }]]));
        },
        shown: () => visionOf(part()),
        state: () => autosave.texts()[0] ?? { kind: 'saved', copy: 'server' },
        theirs: () => (conflict() ? visionOf(conflict()?.theirs.value) : null),
        resolve: (keep) => autosave.resolve(PATHWAY_PART, FIELD, keep),
        flush: () => autosave.flush(),
        refetch,
        texts: autosave.texts,
        subscribe: autosave.subscribe,
        stop: () => autosave.stop(),
      };
    },
  };
}
