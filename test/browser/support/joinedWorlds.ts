import mongoose from 'mongoose';
import { startDemoLms } from '../../../demo-lms/server.ts';
import { registerDemoPlatform } from '../../../server/cli/demoPlatform.ts';
import { readConfig } from '../../../server/config.ts';
import { connectDatabase } from '../../../server/db.ts';
import { assignRole } from '../../../server/features/assignments/assignments.service.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { createSealer } from '../../../server/seal.ts';
import { openSampleInstitution } from '../../support/build.ts';
import { FIRST_INSTITUTION, type ToolProcess, type World } from './world.ts';

/** Connects the models of this process to the tool's database for as long as the work takes, or uses the connection that is there. */
async function inDatabase<T>(uri: string, work: () => Promise<T>): Promise<T> {
  if (mongoose.connection.readyState === mongoose.ConnectionStates.connected) return work();
  await connectDatabase(uri);
  try {
    return await work();
  } finally {
    await mongoose.disconnect();
  }
}

/**
 * Joins institutions with an LMS of their own to one tool, one after another: what is done in one is seen in no other, and it costs a
 * tenth of a tool of its own.
 *
 * @returns the next one; its `stop` leaves the tool running
 */
export function createWorlds(tool: ToolProcess): () => Promise<World> {
  const config = readConfig({
    PUBLIC_URL: tool.toolUrl,
    MONGODB_URI: tool.databaseUri,
    SECRET_KEYS: tool.secretKeys,
    ALLOW_LOCAL_PLATFORMS: '1',
  });
  const deps = { config, clock: { now: () => new Date() }, sealer: createSealer(config.secretKeys) };
  let joined = 0;
  return async () => {
    joined += 1;
    const institution = joined === 1 ? FIRST_INSTITUTION : `${FIRST_INSTITUTION} ${joined}`;
    const lms = await startDemoLms({ toolUrl: tool.toolUrl });
    const institutionId = await inDatabase(tool.databaseUri, async () => {
      const opened = await openSampleInstitution(deps, institution);
      await registerDemoPlatform(deps, opened.institutionId, lms.url);
      return opened.institutionId;
    });
    const assignAdmin: World['assignAdmin'] = (personId) =>
      inDatabase(tool.databaseUri, () =>
        assignRole(deps, operatorOf(institutionId), { personId, role: 'admin', contextId: null }),
      );
    return { ...tool, institution, lms, assignAdmin, stop: () => lms.close() };
  };
}
