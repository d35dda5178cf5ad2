import { CHANGE_NOTE } from '../../../../../contract/attempts.ts';
import type { Missing, Workspace } from '../../../../../contract/attempts.ts';
import { plainText } from '../../../../../contract/richText.ts';
import type { TextsState } from '../../../autosave/texts/textAutosave.ts';

/** What a submission lacks, with texts as they were typed: what is being sent to the server counts. */
export function listMissing(workspace: Workspace, pieces: TextsState['pieces']): Missing[] {
  const isEmpty = (key: string) => {
    const piece = pieces.get(key);
    return piece === undefined || plainText(piece.document) === '';
  };
  const texts = workspace.module.reflect.prompts
    .filter(({ key }) => isEmpty(key) && !workspace.lockedPieces.includes(key))
    .map(({ key, question }): Missing => ({ what: 'reflection', key, title: question }));
  const files = workspace.missing.filter(({ what }) => what === 'artifact' || what === 'artifact_not_ready');
  const note: Missing[] =
    workspace.round > 1 && isEmpty(CHANGE_NOTE) ? [{ what: 'change_note', key: CHANGE_NOTE, title: '' }] : [];
  return [...texts, ...files, ...note];
}

/** The place of a missing item on the module's page. */
export function missingAnchor({ what, key }: Missing): string {
  if (what === 'reflection') return `prompt-${key}`;
  if (what === 'change_note') return 'change-note';
  return what === 'artifact' ? `requirement-${key}` : 'hand-in';
}
