import { createContext, useContext } from 'react';
import type { FrameworkContent } from '../../../../contract/frameworks.ts';
import type { OverlayEdits } from '../../../../contract/overlays.ts';
import type { Change } from './overlayModel.ts';

/** The draft that is being edited, for everything on its page. */
export interface OpenOverlay {
  readonly edits: OverlayEdits;
  /** The version of the core that the draft names. */
  readonly core: FrameworkContent;
  /** Changes the draft. @param done  says what was done, where it can be undone */
  readonly change: (change: Change, done?: string) => void;
}

export const OverlayContext = createContext<OpenOverlay | null>(null);

/** The draft that is being edited. @throws {Error} outside of its page */
export function useOverlay(): OpenOverlay {
  const overlay = useContext(OverlayContext);
  if (!overlay) throw new Error('there is no overlay around this');
  return overlay;
}
