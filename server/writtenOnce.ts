import type { Query, Schema } from 'mongoose';

/** Thrown when code would change what is written once: a fault of ours, never of a request. */
class WrittenOnceError extends Error {
  constructor(model: string, operation: string) {
    super(`${model}.${operation}: what stands there is never changed`);
    this.name = 'WrittenOnceError';
  }
}

const CHANGES = ['updateOne', 'updateMany', 'replaceOne', 'findOneAndUpdate', 'findOneAndReplace'] as const;
const REMOVALS = ['findOneAndDelete', 'deleteOne', 'deleteMany'] as const;

/**
 * For what was judged and what is a record: its documents are inserted and read, and nothing else. Mongoose's own
 * `immutable` drops a change without a word; this one throws, so that a mistake is seen in the first test that runs it.
 *
 * @param options.removable  they may be taken out whole: what waits in a collection to be moved on
 */
export function writtenOnce(schema: Schema, { removable = false }: { removable?: boolean } = {}): void {
  for (const operation of removable ? CHANGES : [...CHANGES, ...REMOVALS]) {
    schema.pre(operation, function (this: Query<unknown, unknown>) {
      throw new WrittenOnceError(this.model.modelName, operation);
    });
  }
  schema.pre('bulkWrite', (operations) => {
    const kinds = operations.flatMap((operation) => Object.keys(operation));
    if (kinds.some((kind) => kind !== 'insertOne')) throw new WrittenOnceError('a model', 'bulkWrite');
  });
}
