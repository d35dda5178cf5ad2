import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');

const COLLECTIONS = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array']);

type Block = ts.FunctionLikeDeclaration & { body: ts.Block };
type Nested = ts.FunctionLikeDeclaration | ts.ClassLikeDeclaration;

const isNested = (node: ts.Node): node is Nested => ts.isFunctionLike(node) || ts.isClassLike(node);
const hasBlock = (node: ts.Node): node is Block =>
  ts.isFunctionLike(node) && 'body' in node && node.body !== undefined && ts.isBlock(node.body);

function nodesBelow(node: ts.Node, into: (node: ts.Node) => boolean): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    found.push(child);
    if (into(child)) ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return found;
}

const allNodes = (node: ts.Node): ts.Node[] => nodesBelow(node, () => true);
/** But not what lies in further functions. */
const ownNodes = (node: ts.Node): ts.Node[] => nodesBelow(node, (child) => !isNested(child));

function isChanging({ parent, initializer }: ts.VariableDeclaration): boolean {
  if (ts.isVariableDeclarationList(parent) && (parent.flags & ts.NodeFlags.Let) !== 0) return true;
  if (!initializer) return false;
  if (ts.isArrayLiteralExpression(initializer)) return initializer.elements.length === 0;
  return (
    ts.isNewExpression(initializer) &&
    COLLECTIONS.has(initializer.expression.getText()) &&
    !initializer.arguments?.length
  );
}

/** The function's own variables that change, or hold what is filled later. */
function stateOf({ body }: Block): Set<string> {
  const declared = ownNodes(body).filter(ts.isVariableDeclaration).filter(isChanging);
  return new Set(declared.map(({ name }) => name.getText()));
}

const isOther = ({ parent }: ts.Identifier, node: ts.Node): boolean =>
  (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) && parent.name === node;

/** Of these variables, what functions within still use when this one has returned. */
function captured({ body }: Block, names: ReadonlySet<string>): string[] {
  const within = ownNodes(body)
    .filter(isNested)
    .flatMap((nested) => allNodes(nested));
  const used = within.filter(ts.isIdentifier).filter((one) => names.has(one.text) && !isOther(one, one));
  return [...new Set(used.map(({ text }) => text))];
}

/** What calls off or ends what was begun takes nothing and gives nothing: the usual form of listeners and effects. */
function isEnding({ parameters, body }: ts.ArrowFunction): boolean {
  if (parameters.length > 0) return false;
  if (!ts.isBlock(body))
    return ts.isVoidExpression(body) || ts.isCallExpression(body) || body.getText() === 'undefined';
  return !ownNodes(body).some((node) => ts.isReturnStatement(node) && node.expression !== undefined);
}

/** Names of the functions that a function declares. */
function functionsOf({ body }: Block): Set<string> {
  const nodes = ownNodes(body);
  const declared = nodes.filter(ts.isFunctionDeclaration).map(({ name }) => name?.text ?? '');
  const held = nodes
    .filter(ts.isVariableDeclaration)
    .filter(({ initializer }) => initializer !== undefined && ts.isFunctionLike(initializer))
    .map(({ name }) => name.getText());
  return new Set([...declared, ...held]);
}

/** An object with functions, or a function that is more than the end of something. */
function isMade(expression: ts.Expression, functions: ReadonlySet<string>): boolean {
  if (ts.isArrowFunction(expression)) return !isEnding(expression);
  if (!ts.isObjectLiteralExpression(expression)) return false;
  return expression.properties.some(
    (property) =>
      ts.isMethodDeclaration(property) ||
      (ts.isShorthandPropertyAssignment(property) && functions.has(property.name.text)) ||
      (ts.isPropertyAssignment(property) && ts.isArrowFunction(property.initializer)),
  );
}

function returnsMade(made: Block): boolean {
  const functions = functionsOf(made);
  return ownNodes(made.body).some(
    (node) =>
      ts.isReturnStatement(node) && node.expression !== undefined && isMade(node.expression, functions),
  );
}

/** Functions of this source that hand out others over variables of their own: `name: variables`. */
function findFactories(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return allNodes(source)
    .filter(hasBlock)
    .filter(returnsMade)
    .map((made) => ({ name: made.name?.getText() ?? 'a function', state: captured(made, stateOf(made)) }))
    .filter(({ state }) => state.length > 0)
    .map(({ name, state }) => `${file} ${name}: ${state.join(', ')}`);
}

const listSources = (): string[] =>
  ['server', 'client/src', 'contract'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
      .map((name) => join(folder, name)),
  );

describe('what keeps state', () => {
  test('is a class with private fields, and no function that hands out others over its variables', () => {
    const factories = listSources().flatMap((file) =>
      findFactories(file, readFileSync(join(ROOT, file), 'utf8')),
    );

    expect(factories).toEqual([]);
  });

  test.each([
    ['a variable', 'function f() { let n = 0; return { next: () => ++n }; }', ['n']],
    [
      'a collection',
      'function f() { const all = new Map(); return { get(k) { return all.get(k); } }; }',
      ['all'],
    ],
    ['a list', 'const f = () => { const all = []; return (one) => all.push(one); };', ['all']],
    ['a function between', 'function f() { let n = 0; function up() { n++; } return { up }; }', ['n']],
  ])('is found where a function keeps %s', (_what, text, state) => {
    expect(findFactories('a.ts', text)).toEqual([expect.stringContaining(`: ${state.join(', ')}`)]);
  });

  test.each([
    ['binds what it was given', 'function f(deps) { return { go: () => deps.go() }; }'],
    [
      'ends what it began',
      'function f() { let over = false; later(() => over); return () => { over = true; }; }',
    ],
    [
      'looks up what it was made of',
      'function f(all) { const by = new Map(all); return { get: (k) => by.get(k) }; }',
    ],
    ['gives a result', 'function f(all) { let n = 0; all.forEach(() => n++); return { n: 1 }; }'],
  ])('is not seen in a function that %s', (_what, text) => {
    expect(findFactories('a.ts', text)).toEqual([]);
  });
});
