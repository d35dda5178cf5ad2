import { createContext, useContext } from 'react';
import type { ErrorCode } from '../../../../contract/errors.ts';
import type { Present, StudioDraft } from '../../../../contract/studio.ts';
import type { PartKey } from '../../../../contract/studioParts.ts';
import type { Kept, PartConflict } from '../../autosave/parts/partsAutosave.ts';
import type { ValuePath } from '../../autosave/parts/valuePath.ts';
import type { Changes, Parts } from './changes.ts';

/** The open draft, for everything on its page. */
export interface Studio {
  readonly draftId: string;
  /** The number that the draft gets when it is published. */
  readonly version: number;
  /** Whether the server has everything that was typed here. */
  readonly isSaved: boolean;
  /** Reads what was saved since. @returns the draft's revision; null if somebody else changed something: it is on the page now */
  readonly catchUp: () => Promise<number | null>;
  /** The institution's caps, which a pathway is checked against when it is published. */
  readonly caps: StudioDraft['caps'];
  readonly parts: Parts;
  readonly conflicts: ReadonlyMap<PartKey, PartConflict>;
  readonly refused: ReadonlyMap<PartKey, ErrorCode>;
  /** What somebody else removed, each with the draft as it was before. */
  readonly removed: ReadonlyMap<PartKey, Parts>;
  /** Where somebody else changed the order at the same time. */
  readonly reordered: ReadonlySet<PartKey>;
  /** Takes away what is said about a part of `removed` or `reordered`. */
  readonly seen: (key: PartKey) => void;
  /** Who else has the draft open. */
  readonly others: readonly Present[];
  /** Why nothing will be saved here any more, as far as that is known before anything is written; null: it will be. */
  readonly ended: ErrorCode | null;
  /**
   * Does an operation on the parts as they are now.
   *
   * @param joins  names the field that is typed into: what is typed there without a pause is undone together
   */
  readonly change: (operation: (parts: Parts) => Changes, joins?: string) => void;
  /** Null: there is nothing to undo. */
  readonly undo: (() => void) | null;
  readonly redo: (() => void) | null;
  readonly resolve: (key: PartKey, path: ValuePath, keep: Kept) => void;
}

export const StudioContext = createContext<Studio | null>(null);

/** The open draft. @throws outside of a draft's page */
export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (!studio) throw new Error('useStudio stands outside of a draft');
  return studio;
}
