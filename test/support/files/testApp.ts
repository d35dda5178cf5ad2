import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import mongoose from 'mongoose';
import { connectDatabase } from '../../../server/db.ts';
import type { ArtifactDeps } from '../../../server/features/artifacts/artifacts.deps.ts';
import { attributeCommands } from '../commandLog.ts';
import { connectTestDatabase, type TestDatabase } from '../database.ts';
import { prepareArtifacts } from './artifacts.ts';
import { artifactApp, artifactDeps, listen, type AppOptions, type Listening } from './artifactServer.ts';

export interface TestApp {
  deps: ArtifactDeps;
  url: string;
  close(): Promise<void>;
}

/** A database for this test file, emptied before each test, and apps on it that are closed after all. */
export function useArtifacts() {
  const open: Listening[] = [];
  let database: TestDatabase;

  beforeAll(async () => {
    database = await connectTestDatabase();
    await connectDatabase(database.uri);
    await prepareArtifacts();
  });
  beforeEach(() => database.empty());
  afterAll(async () => {
    await Promise.all(open.map((app) => app.close()));
    await mongoose.disconnect();
    await database.close();
  });

  return {
    uri: () => database.uri,
    async start(options: AppOptions = {}): Promise<TestApp> {
      const deps = artifactDeps(options);
      const app = await listen(attributeCommands(artifactApp(deps)));
      open.push(app);
      return { deps, url: app.url, close: () => app.close() };
    },
  };
}
