import type { PipelineStage } from 'mongoose';
import { DeploymentModel } from './deployment.model.ts';
import { PlatformModel } from './platform.model.ts';

type Stage = PipelineStage.Match | PipelineStage.Lookup | PipelineStage.Project;

/**
 * Pipeline stages that keep a deployment only if people may launch from it, as the database knows at this moment: it is approved,
 * and its platform is not disabled. A process's own memory of both may be half a minute old.
 */
export function admissionStages(institutionId: string): Stage[] {
  return [
    { $match: { institutionId, state: 'approved' } },
    {
      $lookup: {
        from: PlatformModel.collection.name,
        localField: 'platformId',
        foreignField: '_id',
        pipeline: [{ $match: { state: 'active' } }, { $project: { _id: 1 } }],
        as: 'platform',
      },
    },
    { $match: { 'platform.0': { $exists: true } } },
    { $project: { _id: 1 } },
  ];
}

/** Joins to a document with a `deploymentId` whether people may launch from it: `admission` is empty if they may not. */
export function admissionLookup(institutionId: string): PipelineStage.Lookup {
  return {
    $lookup: {
      from: DeploymentModel.collection.name,
      localField: 'deploymentId',
      foreignField: '_id',
      pipeline: admissionStages(institutionId),
      as: 'admission',
    },
  };
}
