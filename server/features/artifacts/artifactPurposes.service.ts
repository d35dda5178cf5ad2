import type { ClientSession } from 'mongoose';
import { requirementsOf, type UnrolledModule } from '../../../contract/cycles.ts';
import { ArtifactModel } from './artifact.model.ts';

/**
 * Takes files out of what their modules do not ask for any more: of requirements and criteria that are not there. The files stay, and
 * submissions keep what they froze.
 *
 * @param modules  of these attempts, as they are now
 */
export async function unassignArtifacts(
  { institutionId, attemptIds }: { institutionId: string; attemptIds: readonly string[] },
  modules: readonly UnrolledModule[],
  tx: ClientSession,
): Promise<void> {
  const requirements = modules.flatMap(requirementsOf).map(({ key }) => key);
  const criteria = modules.flatMap((module) => module.criteria).map(({ key }) => key);
  const own = { institutionId, attemptId: { $in: attemptIds } };
  await ArtifactModel.updateMany(
    { ...own, requirementKey: { $nin: [...requirements, null] } },
    { $set: { requirementKey: null } },
    { session: tx },
  );
  await ArtifactModel.updateMany(
    { ...own, criteria: { $elemMatch: { $nin: criteria } } },
    { $pull: { criteria: { $nin: criteria } } },
    { session: tx },
  );
}
