import { randomUUID } from 'node:crypto';
import { studioEndpoints } from '../../contract/studio.ts';
import type { Caller } from './app.ts';
import { SAMPLE } from './build.ts';

/** What a designer sends to begin the next version of the sample. */
export const NEXT_VERSION = { from: 'version', pathwayKey: SAMPLE.key } as const;

/** Publishes a draft as it was begun. */
export const AS_BEGUN = { revision: 1, changelog: [], reasons: [] };

/** Begins a pathway of its own from the sample. @returns the draft's id */
export async function beginCopy(designer: Caller): Promise<string> {
  const body = { from: 'copy', pathwayKey: randomUUID(), of: SAMPLE.key } as const;
  return (await designer.call(studioEndpoints.begin, { body })).body.draftId;
}
