import { expect, it } from '@jest/globals';
import type { PathwayContent } from '../../../contract/content.ts';
import { promptsOf, unrollModule } from '../../../contract/cycles.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { saveAttemptDraft } from '../../../server/features/attempts/writing.service.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { moveToVersion } from '../../../server/features/pathways/moving.service.ts';
import { getNewer } from '../../../server/features/pathways/newer.service.ts';
import { buildInstitution, firstDraft } from '../../support/build.ts';
import { enrolIn, pathwayOf } from '../../support/pathways.ts';
import { useServices } from '../../support/services.ts';
import { FIRST_MODULE } from '../../support/work.ts';

const { deps } = useServices();
const CHANGED = {
  ...FIRST_MODULE.prompt,
  key: '8d6f2a10-3c5e-4b7a-9f21-5e0c7a4b1d36',
  question: 'What changed?',
};

/** The pathway with its module gone through so often. */
function withCycles(content: PathwayContent, count: number): PathwayContent {
  const modules = content.modules.map((module) => ({ ...module, cycles: { count, changed: CHANGED } }));
  return { ...content, modules };
}

it('an answer says of which cycle it is where a newer version has fewer cycles', async () => {
  const { institutionId } = await buildInstitution(deps);
  const three = withCycles(pathwayOf({}), 3);
  const { teacher, enrolmentId, attemptIds } = await enrolIn(deps, institutionId, three);
  const id = attemptIds[0] ?? '';
  const asked = three.modules
    .map(unrollModule)
    .flatMap(promptsOf)
    .find(({ cycle }) => cycle === 3);
  const place = { id, pieceKey: asked?.key ?? '' };
  await saveAttemptDraft(deps, teacher, place, firstDraft('I asked in pairs.'));
  await publishPathway(deps, institutionId, withCycles(three, 2));

  const newer = await getNewer(teacher, enrolmentId);
  await moveToVersion(deps, teacher, enrolmentId, { from: 1, to: 2 });
  const page = await getWorkspace(deps, teacher, id);

  const question = { question: 'What changed?', cycle: 3 };
  expect(newer.offer?.work).toMatchObject([{ formerTexts: [question] }]);
  expect(page.formerTexts).toMatchObject([question]);
});
