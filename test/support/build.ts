import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readPathwayContent } from '../../contract/contentUpgrades.ts';
import { documentOf } from '../../contract/richText.ts';
import type { Deps } from '../../server/deps.ts';
import { ensureInstitution } from '../../server/features/institutions/institutions.service.ts';
import { publishPathway } from '../../server/features/catalog/publishing.service.ts';
import { ensureOpenRun } from '../../server/features/catalog/runs.service.ts';

/** A pathway of three modules as its author wrote it, in version 1 of the format. It stays as it is, whatever ships. */
export const SAMPLE_1: unknown = JSON.parse(
  readFileSync(new URL('../samples/pathway-1.json', import.meta.url), 'utf8'),
);

/** A pathway of two modules as its author wrote it, in version 2. */
export const SAMPLE_2: unknown = JSON.parse(
  readFileSync(new URL('../samples/pathway-2.json', import.meta.url), 'utf8'),
);

/** The first in the newest version. */
export const SAMPLE = readPathwayContent(SAMPLE_1);

/** The same, with a first module that peers judge as well. */
export const SAMPLE_FOR_PEERS = {
  ...SAMPLE,
  modules: SAMPLE.modules.map((module, at) =>
    at === 0 ? { ...module, reviewedBy: 'peer' as const } : module,
  ),
};

/** An institution that offers the sample pathway. */
export async function buildInstitution(
  deps: Pick<Deps, 'clock'>,
  name = `District ${randomUUID().slice(0, 6)}`,
): Promise<{ institutionId: string; pathwayKey: string }> {
  const institution = await ensureInstitution(deps, name);
  await publishPathway(deps, institution._id, SAMPLE);
  return { institutionId: institution._id, pathwayKey: SAMPLE.key };
}

/** The same with its first run open, as an operator leaves it. */
export async function openSampleInstitution(
  deps: Pick<Deps, 'clock'>,
  name?: string,
): Promise<{ institutionId: string; pathwayKey: string }> {
  const built = await buildInstitution(deps, name);
  await ensureOpenRun(deps, built.institutionId, built.pathwayKey, 'First round');
  return built;
}

/** What a client sends to save a text for the first time. */
export function firstDraft(text: string): { draftId: string; baseRevision: number; document: unknown } {
  return { draftId: randomUUID(), baseRevision: 0, document: documentOf(text) };
}
