import type { z } from 'zod';
import type { FieldFault } from '../../contract/errors.ts';
import { AppError } from '../errors.ts';

function toFaults(error: z.ZodError, source: string): FieldFault[] {
  return error.issues.slice(0, 50).map((issue) => ({
    path: [source, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }));
}

/**
 * Parses every source of a request before any work, and reports all errors at once.
 *
 * @param sources  name → [schema, raw value]; a source without a schema is omitted from the result
 * @throws {AppError} VALIDATION_FAILED with one entry per error
 */
export function parseSources<S extends Record<string, readonly [z.ZodType | undefined, unknown]>>(
  sources: S,
): { [K in keyof S]: unknown } {
  const faults: FieldFault[] = [];
  const values: Partial<Record<keyof S, unknown>> = {};
  for (const [name, [schema, raw]] of Object.entries(sources)) {
    if (!schema) continue;
    const parsed = schema.safeParse(raw ?? {});
    if (parsed.success) values[name as keyof S] = parsed.data;
    else faults.push(...toFaults(parsed.error, name));
  }
  if (faults.length > 0) {
    throw new AppError('VALIDATION_FAILED', 'Some of what was sent is not in the form that is needed here.', {
      fields: faults,
    });
  }
  return values as { [K in keyof S]: unknown };
}
