import type { Aggregate, PipelineStage, Query, Schema } from 'mongoose';
import { unvalidatedPipelines } from './pipelineUpdates.ts';

/** Thrown if code queries the database without naming the tenant: our bug, never the request's fault. */
export class TenantMissingError extends Error {
  constructor(model: string, operation: string) {
    super(`${model}.${operation} has no institutionId in its filter`);
    this.name = 'TenantMissingError';
  }
}

const FILTERED = [
  'find', 'findOne', 'findOneAndUpdate', 'findOneAndDelete', 'findOneAndReplace', 'updateOne', 'updateMany',
  'replaceOne', 'deleteOne', 'deleteMany', 'countDocuments', 'distinct',
] as const; // prettier-ignore

const isInstitutionId = (value: unknown): boolean => typeof value === 'string' && value.length > 0;

function guardQuery(this: Query<unknown, unknown>): void {
  if (!isInstitutionId(this.getFilter()['institutionId'])) {
    throw new TenantMissingError(this.model.modelName, 'query');
  }
}

/** The tenants themselves: the `_id` of an institution is the `institutionId` of everything that belongs to it. */
const TENANTS = 'institutions';

function startsWithTenant(collection: string, pipeline: readonly PipelineStage[]): boolean {
  const first = pipeline[0];
  if (first === undefined || !('$match' in first)) return false;
  return isInstitutionId(first.$match[collection === TENANTS ? '_id' : 'institutionId']);
}

/** Untenanted collections that a tenanted one may be joined with: registrations serve many institutions. */
const JOINED_UNTENANTED: ReadonlySet<string> = new Set(['platforms']);

/**
 * Throws unless a pipeline, and everything joined in it, starts by naming the institution: MongoDB does not apply the first
 * `$match` to joins.
 *
 * @throws {TenantMissingError}
 */
export function requireTenant(collection: string, pipeline: readonly PipelineStage[], within = ''): void {
  if (!startsWithTenant(collection, pipeline))
    throw new TenantMissingError(`${within}${collection}`, 'aggregate');
  for (const stage of pipeline) {
    if ('$unionWith' in stage) {
      const { $unionWith } = stage;
      const { coll = '', pipeline: joined = [] } = typeof $unionWith === 'string' ? {} : $unionWith;
      requireTenant(coll, joined, `${within}$unionWith `);
    }
    if ('$lookup' in stage && !JOINED_UNTENANTED.has(stage.$lookup.from))
      requireTenant(stage.$lookup.from, stage.$lookup.pipeline ?? [], `${within}$lookup `);
  }
}

interface BulkOperation {
  [kind: string]: { filter?: Record<string, unknown> } | undefined;
}

function guardBulk(model: string, operations: readonly BulkOperation[]): void {
  for (const operation of operations) {
    for (const [kind, body] of Object.entries(operation)) {
      if (kind !== 'insertOne' && !isInstitutionId(body?.filter?.['institutionId'])) {
        throw new TenantMissingError(model, `bulkWrite ${kind}`);
      }
    }
  }
}

/**
 * Makes a schema tenanted: adds a required `institutionId`, and rejects every query, aggregation and bulk write that does not
 * filter on one. A mistake throws in the first test that runs it, instead of leaking another tenant's data.
 */
export function tenanted(schema: Schema): void {
  schema.add({ institutionId: { type: String, required: true, immutable: true } });
  for (const operation of FILTERED) schema.pre(operation, guardQuery);
  schema.plugin(unvalidatedPipelines);
  schema.pre('aggregate', function (this: Aggregate<unknown>) {
    requireTenant(this.model().collection.name, this.pipeline());
  });
  schema.pre('bulkWrite', (operations) => guardBulk('bulkWrite', operations as BulkOperation[]));
  schema.pre('estimatedDocumentCount', function (this: Query<unknown, unknown>) {
    throw new TenantMissingError(this.model.modelName, 'estimatedDocumentCount');
  });
}
