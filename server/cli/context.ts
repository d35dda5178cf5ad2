import { AppError } from '../errors.ts';
import { findInstitutionByName, type InstitutionDoc } from '../features/institutions/institutions.service.ts';
import type { AppDeps } from '../wire.ts';

/** What verbs are given: a database only if one needs it, and where to print the result. */
export interface Context {
  deps: () => Promise<AppDeps>;
  print: (line: string) => void;
}

export const INSTITUTION = ['--institution <name>', 'name of the institution'] as const;
export const JSON_FLAG = ['--json', 'print one JSON array', false] as const;

/** @throws {AppError} NOT_FOUND, naming what was typed */
export async function requireInstitution(name: string): Promise<InstitutionDoc> {
  const institution = await findInstitutionByName(name);
  if (!institution)
    throw new AppError('NOT_FOUND', `There is no institution named "${name}": see \`institution list\`.`);
  return institution;
}

/** How many sessions an operator ended, as text. */
export function describeEndedSessions(count: number): string {
  return count === 1 ? '1 session ended.' : `${count} sessions ended.`;
}

type Cell = string | number | boolean | null;

/** Prints rows: tab-separated values in the order of their members, or all of them as JSON. */
export function printRows(
  { print }: Pick<Context, 'print'>,
  rows: readonly Readonly<Record<string, Cell>>[],
  asJson: boolean,
): void {
  if (asJson) print(JSON.stringify(rows, null, 2));
  else
    for (const row of rows)
      print(
        Object.values(row)
          .map((cell) => cell ?? '-')
          .join('\t'),
      );
}
