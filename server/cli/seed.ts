import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FrameworkContent } from '../../contract/frameworks.ts';
import { FormContent } from '../../contract/observationForms.ts';
import { readBundle } from '../bundles/readBundle.ts';
import { operatorOf } from '../features/audit/audit.service.ts';
import { publishFramework } from '../features/frameworks/frameworks.service.ts';
import { publishForm } from '../features/observationForms/publishing.service.ts';
import { ensureInstitution } from '../features/institutions/institutions.service.ts';
import type { InstitutionDoc } from '../features/institutions/institutions.service.ts';
import { publishBundleAsOperator } from '../features/bundles/importing.service.ts';
import type { ContentFileDeps } from '../features/contentFiles/contentFiles.service.ts';
import { ensureOpenRun } from '../features/catalog/runs.service.ts';
import { registerDemoPlatform } from './demoPlatform.ts';
import { getShippedFolder } from '../shipped.ts';
import type { AppDeps } from '../wire.ts';

const SAMPLES = [
  'assessment-technology',
  'multimedia-storytelling',
  'adaptive-platforms',
  'blended-learning',
] as const;

const FORMS = [
  'low-inference-script',
  'ten-minute-walkthrough',
  'technology-use-cycle',
  'focus-question-visit',
  'video-self-observation',
] as const;

/** Those that the samples are aligned to. */
const FRAMEWORKS = ['edtech-practice-core', 'digcompedu'] as const;

const readShipped = (...path: string[]): unknown =>
  JSON.parse(readFileSync(join(getShippedFolder('content'), ...path), 'utf8'));

/** An institution that has something to offer: created if it is new, with the sample frameworks, pathways and observation forms published. */
export async function openInstitution(deps: ContentFileDeps, name: string): Promise<InstitutionDoc> {
  const institution = await ensureInstitution(deps, name);
  for (const slug of FRAMEWORKS) {
    const framework = FrameworkContent.parse(readShipped('frameworks', `${slug}.json`));
    await publishFramework(deps, operatorOf(institution._id), framework);
  }
  for (const slug of SAMPLES)
    await readBundle(join(getShippedFolder('content'), 'pathways', slug), async (bundle) => {
      await publishBundleAsOperator(deps, institution._id, bundle);
      await ensureOpenRun(deps, institution._id, bundle.content.key, 'First round');
    });
  for (const slug of FORMS)
    await publishForm(
      deps,
      institution._id,
      FormContent.parse(readShipped('observation-forms', `${slug}.json`)),
    );
  return institution;
}

/** Connects the demo LMS to the demo district. */
export async function seedDemo(deps: AppDeps, institutionId: string, platformUrl: string): Promise<void> {
  await registerDemoPlatform(deps, institutionId, platformUrl);
}
