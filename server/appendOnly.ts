import type { Query, Schema } from 'mongoose';

/** Thrown if code would change an immutable document: our bug, never the request's fault. */
class AppendOnlyError extends Error {
  constructor(model: string, operation: string) {
    super(`${model}.${operation}: what stands there is never changed`);
    this.name = 'AppendOnlyError';
  }
}

const CHANGES = ['updateOne', 'updateMany', 'replaceOne', 'findOneAndUpdate', 'findOneAndReplace'] as const;
const REMOVALS = ['findOneAndDelete', 'deleteOne', 'deleteMany'] as const;

/**
 * For records and for what was judged: documents can be inserted and read, and nothing else. Mongoose's own `immutable` silently
 * ignores a change; this one throws, so that a mistake shows in the first test that runs it.
 *
 * @param options.removable  documents may be deleted as a whole: those that wait in a collection to be moved on
 */
export function appendOnly(schema: Schema, { removable = false }: { removable?: boolean } = {}): void {
  for (const operation of removable ? CHANGES : [...CHANGES, ...REMOVALS]) {
    schema.pre(operation, function (this: Query<unknown, unknown>) {
      throw new AppendOnlyError(this.model.modelName, operation);
    });
  }
  schema.pre('bulkWrite', (operations) => {
    const kinds = operations.flatMap((operation) => Object.keys(operation));
    if (kinds.some((kind) => kind !== 'insertOne')) throw new AppendOnlyError('a model', 'bulkWrite');
  });
}
