import { createProgram } from '../../server/cli/program.ts';
import type { AppDeps } from '../../server/wire.ts';

/** Runs a command line as an operator types it, in this process. @returns the lines that it prints */
export async function runCommand(deps: AppDeps, words: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  const program = createProgram({
    deps: () => Promise.resolve(deps),
    print: (line) => lines.push(line),
  });
  program.configureOutput({ writeErr: () => undefined });
  await program.parseAsync(words, { from: 'user' });
  return lines;
}
