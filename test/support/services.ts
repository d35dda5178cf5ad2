import { afterAll, beforeAll } from '@jest/globals';
import mongoose from 'mongoose';
import { pino, type Logger } from 'pino';
import { readConfig } from '../../server/config.ts';
import { connectDatabase } from '../../server/db.ts';
import type { Deps } from '../../server/deps.ts';
import { isMigrated, migrate } from '../../server/migrations/migrations.ts';
import { MIGRATIONS } from '../../server/migrations/index.ts';
import { createSealer } from '../../server/seal.ts';
import { connectKeptDatabase, type TestDatabase } from './database.ts';

/** A clock that a test sets. */
export interface TestClock {
  now(): Date;
  advance(ms: number): void;
  set(at: Date): void;
}

export function testClock(): TestClock {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    advance: (ms) => (offset += ms),
    set: (at) => (offset = at.getTime() - Date.now()),
  };
}

export function testConfig(overrides: Record<string, string> = {}) {
  return readConfig({
    NODE_ENV: 'test',
    PUBLIC_URL: 'http://localhost:3000',
    MONGODB_URI: 'mongodb://127.0.0.1/unused',
    SECRET_KEYS: 'a-secret-key-for-tests-of-at-least-32-characters',
    ALLOW_LOCAL_PLATFORMS: '1',
    LOG_LEVEL: 'silent',
    ...overrides,
  });
}

/** Migrates the connected database, unless the process's last file that used it has: even to find nothing to do takes long. */
export async function bringUpToDate(log: Logger): Promise<void> {
  if (!(await isMigrated(MIGRATIONS))) await migrate(log, MIGRATIONS);
}

/**
 * Connects a test file to a database of its own with every index in place, and provides the dependencies of services.
 * Indexes are created for the models that the file imports.
 */
export function useServices(): { deps: Deps & { clock: TestClock }; database(): TestDatabase } {
  const config = testConfig();
  const log = pino({ level: 'silent' });
  const deps = { config, clock: testClock(), log, sealer: createSealer(config.secretKeys) };
  let database: TestDatabase | null = null;

  beforeAll(async () => {
    database = await connectKeptDatabase();
    await connectDatabase(database.uri);
    await bringUpToDate(log);
  });
  afterAll(async () => {
    await mongoose.disconnect();
    await database?.close();
  });
  return {
    deps,
    database: () => {
      if (!database) throw new Error('the database is there from beforeAll on');
      return database;
    },
  };
}
