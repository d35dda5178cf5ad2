import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePathwayContent, type WrittenPathway } from '../../contract/contentUpgrades.ts';
import { ensureInstitution } from '../features/institutions/institutions.service.ts';
import type { InstitutionDoc } from '../features/institutions/institutions.service.ts';
import { publishPathway } from '../features/catalog/publishing.service.ts';
import { ensureOpenRun } from '../features/catalog/runs.service.ts';
import { registerDemoPlatform } from './demoPlatform.ts';
import { shippedFolder } from '../shipped.ts';
import type { AppDeps } from '../wire.ts';

const SAMPLES = [
  'assessment-technology',
  'multimedia-storytelling',
  'adaptive-platforms',
  'blended-learning',
] as const;

function readSample(slug: string): WrittenPathway {
  const file = join(shippedFolder('content'), 'pathways', slug, 'pathway.json');
  return parsePathwayContent(JSON.parse(readFileSync(file, 'utf8')));
}

/** An institution that has something to offer: created if it is new, with the sample pathways published. */
export async function openInstitution(deps: Pick<AppDeps, 'clock'>, name: string): Promise<InstitutionDoc> {
  const institution = await ensureInstitution(deps, name);
  for (const slug of SAMPLES) {
    const content = readSample(slug);
    await publishPathway(deps, institution._id, content);
    await ensureOpenRun(deps, institution._id, content.key, 'First round');
  }
  return institution;
}

/** Connects the demo LMS to the demo district. */
export async function seedDemo(deps: AppDeps, institutionId: string, platformUrl: string): Promise<void> {
  await registerDemoPlatform(deps, institutionId, platformUrl);
}
