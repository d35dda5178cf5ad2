import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleEndpoints, type ImportBundle } from '../../../contract/bundles.ts';
import { copyContent } from '../../../contract/contentCopies.ts';
import { killSession } from '../../../server/db.ts';
import {
  ModuleModel,
  PathwayModel,
  PathwayVersionModel,
} from '../../../server/features/catalog/pathway.model.ts';
import { ContentFileModel } from '../../../server/features/contentFiles/contentFile.model.ts';
import { StudioDraftModel, StudioPartModel } from '../../../server/features/studio/studio.model.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { listed, pathwayWithFile, zipFiles } from '../../support/bundles/sampleBundle.ts';
import { uploadBundle } from '../../support/contentUploads.ts';
import { startFaulty, type Faulty } from '../../support/faultyServer.ts';
import { send } from '../../support/keyedPosts.ts';

const world = useApp();
const running: Faulty[] = [];
afterEach(async () => {
  for (const { kill } of running) kill();
  await Promise.all(running.splice(0).map(({ died }) => died));
});

let designer: Caller;
beforeAll(async () => {
  designer = await world.launch('designer', world.links.pathway);
});

/** A bundle of a pathway and a file that the institution does not have, uploaded. */
async function newBundle() {
  const file = Buffer.from(randomBytes(2_000).toString('base64'));
  const content = copyContent(pathwayWithFile(file, 'table.txt', 'text/plain'), randomUUID(), randomUUID);
  const zip = zipFiles({ 'pathway.json': JSON.stringify(content), 'files/table.txt': file });
  const { sha256 } = listed('files/table.txt', file);
  const moduleKey = content.modules[0]?.key ?? '';
  return { key: content.key, moduleKey, sha256, uploadId: await uploadBundle(designer, zip) };
}
type NewBundle = Awaited<ReturnType<typeof newBundle>>;

const BODIES: Record<ImportBundle['as'], (uploadId: string) => ImportBundle> = {
  version: (uploadId) => ({ as: 'version', uploadId, reasons: [] }),
  draft: (uploadId) => ({ as: 'draft', uploadId, draftId: randomUUID() }),
};

/** How much of it there is: pathways, versions, modules, drafts, their parts, and files that count as stored. */
async function countStored(bundle: NewBundle): Promise<Record<string, number>> {
  const { key: pathwayKey, moduleKey, sha256 } = bundle;
  const { institutionId } = world;
  const drafts = await StudioDraftModel.find({ institutionId, contentKey: pathwayKey }).lean();
  const draftId = { $in: drafts.map(({ _id }) => _id) };
  return {
    pathways: await PathwayModel.countDocuments({ institutionId, key: pathwayKey }),
    versions: await PathwayVersionModel.countDocuments({ institutionId, pathwayKey }),
    modules: await ModuleModel.countDocuments({ institutionId, key: moduleKey }),
    drafts: drafts.length,
    parts: Math.sign(await StudioPartModel.countDocuments({ institutionId, draftId })),
    files: await ContentFileModel.countDocuments({ institutionId, sha256, state: 'stored' }),
  };
}

const NOTHING = { pathways: 0, versions: 0, modules: 0, drafts: 0, parts: 0, files: 0 };
const VERSION = { ...NOTHING, pathways: 1, versions: 1, modules: 1, files: 1 };
const DRAFT = { ...NOTHING, drafts: 1, parts: 1, files: 1 };
const FILE = { ...NOTHING, files: 1 };

type Moment = [
  when: string,
  as: ImportBundle['as'],
  how: Pick<NonNullable<Parameters<typeof startFaulty>[1]>, 'at' | 'on'>,
  left: Record<string, number>,
];
const MOMENTS: Moment[] = [
  ['has begun to store its file', 'version', { at: 'write', on: 'contentFiles' }, NOTHING],
  ['has stored the bytes of its file', 'version', { at: 'write', on: 'artifacts.chunks' }, NOTHING],
  ['has written the version', 'version', { at: 'write', on: 'pathwayVersions' }, FILE],
  ['is about to commit the version', 'version', { at: 'commit', on: 'pathwayVersions' }, FILE],
  ['has committed the version, and not replied', 'version', { at: 'answer', on: 'pathwayVersions' }, VERSION],
  ['has written parts of the draft', 'draft', { at: 'write', on: 'studioParts' }, FILE],
];

describe('an import whose process is killed when it', () => {
  it.each(MOMENTS)(
    '%s is done as a whole or not at all, and is there once after a repeat',
    async (_, as, how, left) => {
      const bundle = await newBundle();
      const post = { endpoint: bundleEndpoints.import, caller: designer, body: BODIES[as](bundle.uploadId) };
      const dying = await startFaulty(world.deps, { ...how, signal: 'SIGKILL' });
      running.push(dying);

      await send(dying.url, post, randomUUID()).catch(() => null);
      await dying.died;
      const between = await countStored(bundle);
      // what the time does to the transaction of a dead process
      await killSession(await dying.stands);
      const again = await send(world.url, post, randomUUID());

      expect(between).toEqual(left);
      expect(again.status).toBe(200);
      expect(await countStored(bundle)).toEqual(as === 'version' ? VERSION : DRAFT);
    },
  );
});
