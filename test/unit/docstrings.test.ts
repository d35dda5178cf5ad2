import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');

const isFunction = ({ initializer }: ts.VariableDeclaration): boolean =>
  initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer));

/** Names of the functions that a statement exports. */
function exportedFunctions(statement: ts.Statement): string[] {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isFunctionDeclaration(statement)) return [statement.name?.text ?? 'default'];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.filter(isFunction).map(({ name }) => name.getText());
}

/** Functions that a source exports without a docstring, as `file#name`. */
function findUndocumented(file: string, text: string): string[] {
  return ts
    .createSourceFile(file, text, ts.ScriptTarget.Latest, true)
    .statements.filter((statement) => ts.getJSDocCommentsAndTags(statement).length === 0)
    .flatMap(exportedFunctions)
    .map((name) => `${file}#${name}`);
}

test('every function that a service offers has a docstring', () => {
  const services = readdirSync(join(ROOT, 'server/features'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.service.ts'),
  );

  const undocumented = services.flatMap((file) =>
    findUndocumented(file, readFileSync(join(ROOT, 'server/features', file), 'utf8')),
  );

  expect(services.length).toBeGreaterThan(0);
  expect(undocumented).toEqual([]);
});

test('a function without a docstring is found in whichever form it is exported', () => {
  const text =
    '/** Said. */ export function a() {} export function b() {} export const c = () => 1; const d = () => 2;';

  expect(findUndocumented('x.ts', text)).toEqual(['x.ts#b', 'x.ts#c']);
});
