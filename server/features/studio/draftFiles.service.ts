import type { ClientSession } from 'mongoose';
import { StudioDraftModel, StudioPartModel } from './studio.model.ts';

/** Whether an open draft of the institution refers to a file, in a transaction. */
export async function isFileInDraft(
  institutionId: string,
  sha256: string,
  tx: ClientSession,
): Promise<boolean> {
  const parts = await StudioPartModel.find({ institutionId, 'value.block.sha256': sha256 }, { draftId: 1 })
    .session(tx)
    .lean();
  if (parts.length === 0) return false;
  const ids = parts.map(({ draftId }) => draftId);
  const open = await StudioDraftModel.exists({ institutionId, _id: { $in: ids }, state: 'open' }).session(tx);
  return open !== null;
}
