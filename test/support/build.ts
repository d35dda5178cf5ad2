import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PathwayContent } from '../../contract/pathways.ts';
import { documentOf } from '../../contract/richText.ts';
import type { Deps } from '../../server/deps.ts';
import { ensureInstitution } from '../../server/features/institutions/institutions.service.ts';
import { publishPathway } from '../../server/features/catalog/catalog.service.ts';

/** The sample pathway as it ships. */
export const SAMPLE = PathwayContent.parse(
  JSON.parse(
    readFileSync(
      new URL('../../content/pathways/assessment-technology/pathway.json', import.meta.url),
      'utf8',
    ),
  ),
);

/** An institution that offers the sample pathway. */
export async function buildInstitution(
  deps: Pick<Deps, 'clock'>,
  name = `District ${randomUUID().slice(0, 6)}`,
): Promise<{ institutionId: string; pathwayKey: string }> {
  const institution = await ensureInstitution(deps, name);
  await publishPathway(deps, institution._id, SAMPLE);
  return { institutionId: institution._id, pathwayKey: SAMPLE.key };
}

/** What a client sends to save a text for the first time. */
export function firstDraft(text: string): { draftId: string; baseRevision: number; document: unknown } {
  return { draftId: randomUUID(), baseRevision: 0, document: documentOf(text) };
}
