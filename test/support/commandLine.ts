import { createProgram } from '../../server/cli/program.ts';
import type { AppDeps } from '../../server/wire.ts';

/**
 * Runs a command line as an operator types it, in this process.
 *
 * @param lines  where to collect what it prints, for one that fails
 * @returns the lines that it prints
 */
export async function runCommand(
  deps: AppDeps,
  words: readonly string[],
  lines: string[] = [],
): Promise<string[]> {
  const program = createProgram({
    deps: () => Promise.resolve(deps),
    print: (line) => lines.push(line),
  });
  program.configureOutput({ writeErr: () => undefined });
  await program.parseAsync(words, { from: 'user' });
  return lines;
}
