import { createProgram } from '../../server/cli/program.ts';
import type { AppDeps } from '../../server/wire.ts';

/** Runs a line as an operator types it, in this process. @returns what it prints, by line */
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
