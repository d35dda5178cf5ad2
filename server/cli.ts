import { CommanderError } from 'commander';
import mongoose from 'mongoose';
import { ZodError } from 'zod';
import { createProgram } from './cli/program.ts';
import { ConfigError, readConfig } from './config.ts';
import { startDatabaseClock } from './databaseClock.ts';
import { connectDatabase } from './db.ts';
import { AppError } from './errors.ts';
import { createLog, wire, type AppDeps } from './wire.ts';

/** Connects only for the verbs that need a database, once. */
class LazyDeps {
  #deps: Promise<AppDeps> | null = null;

  get(): Promise<AppDeps> {
    this.#deps ??= this.#connect();
    return this.#deps;
  }

  async close(): Promise<void> {
    const open = await this.#deps?.catch(() => null);
    await open?.outbound.close();
    await mongoose.disconnect();
  }

  async #connect(): Promise<AppDeps> {
    const config = { ...readConfig({ LOG_LEVEL: 'warn', ...process.env }), workers: 0 };
    const db = await connectDatabase(config.mongodbUri, { patient: true });
    const clock = await startDatabaseClock(db);
    return wire(config, { clock, log: createLog(config), clientDirectory: '', shell: () => '' });
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof AppError) return error.message;
  if (error instanceof ZodError) return error.issues.map((issue) => issue.message).join('; ');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** 2: the input is at fault; 1: any other error. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof AppError && error.status < 500 ? 2 : 1;
}

const deps = new LazyDeps();
try {
  await createProgram({
    deps: () => deps.get(),
    print: (line) => process.stdout.write(`${line}\n`),
  }).parseAsync();
} catch (error) {
  // commander has already printed what was wrong, and help is not an error
  if (!(error instanceof CommanderError)) process.stderr.write(`${explain(error)}\n`);
  process.exitCode = exitCodeOf(error);
} finally {
  await deps.close();
}
