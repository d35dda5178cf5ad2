// @ts-check
import { endAll, isEnding } from './processes.mjs';
import { SetupError } from './progress.mjs';

/**
 * Runs a command's main function and ends all that it started. A failure is shown and ends the process with code 1;
 * one that comes of being told to end (Ctrl-C) is not shown.
 *
 * @param {() => Promise<number | void>} main gives the exit code (none: 0)
 * @returns {Promise<void>}
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (isEnding()) return;
    const shown =
      error instanceof SetupError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`\n${shown}\n`);
    process.exitCode = 1;
  } finally {
    await endAll();
  }
}
