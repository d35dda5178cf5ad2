import type { CaseMembers, FrameworkContent, FrameworkItem } from '../../../../contract/frameworks.ts';
import { endSlice, mapInSlices } from '../../../slices.ts';
import { isMembers, mergeMembers } from './caseJson.ts';
import {
  associationObject,
  crosswalkObject,
  documentNode,
  documentObject,
  edgeName,
  itemNode,
  itemObject,
  levelNode,
  levelObject,
  licenceObject,
  strandNode,
  strandObject,
  type CaseEdge,
  type CaseNode,
} from './caseObjects.ts';

/** What an association as it came says; null if that cannot be told. */
function edgeNameOf({ associationType, originNodeURI, destinationNodeURI }: CaseMembers): string | null {
  const ends = [originNodeURI, destinationNodeURI].map((node) =>
    isMembers(node) ? node['identifier'] : null,
  );
  const [origin, destination] = ends;
  if (typeof associationType !== 'string' || typeof origin !== 'string' || typeof destination !== 'string')
    return null;
  return edgeName(associationType, origin, destination);
}

/** The tree of a framework, and the level of each item, as associations. */
export function listEdges(framework: FrameworkContent): CaseEdge[] {
  const { key, strands, levels, items } = framework;
  const root = documentNode(framework);
  const strandNodes = new Map(strands.map((strand) => [strand.key, strandNode(key, strand)]));
  const levelNodes = new Map(levels.map((level) => [level.key, levelNode(key, level)]));
  const itemNodes = new Map(items.map((item) => [item.key, itemNode(item)]));
  const children = new Map<string, number>();
  const childOf = (origin: CaseNode, destination: CaseNode): CaseEdge => {
    const sequence = (children.get(destination.identifier) ?? 0) + 1;
    children.set(destination.identifier, sequence);
    return { type: 'isChildOf', origin, destination, sequence };
  };
  // what lies in a strand of the core is at the top of an overlay's own tree
  const parentOf = ({ parent, strand }: FrameworkItem): CaseNode =>
    (parent === null ? undefined : itemNodes.get(parent)) ??
    (strand === null ? undefined : strandNodes.get(strand)) ??
    root;
  return [
    ...[...strandNodes.values()].map((node) => childOf(node, root)),
    ...items.map((item) => childOf(itemNode(item), parentOf(item))),
    ...[...levelNodes.values()].map((node) => childOf(node, root)),
    ...items.flatMap((item) => {
      const destination = item.level === null ? undefined : levelNodes.get(item.level);
      return destination ? [{ type: 'hasSkillLevel', origin: itemNode(item), destination }] : [];
    }),
  ];
}

/**
 * Finds the associations, among those that came with a package, that say what the tree says; the others stand for themselves.
 * Where several say the same, it is the first.
 */
export function matchEdges(
  edges: readonly CaseEdge[],
  associations: readonly CaseMembers[],
): { matched: (CaseMembers | undefined)[]; others: CaseMembers[] } {
  const nameOf = ({ type, origin, destination }: CaseEdge): string =>
    edgeName(type, origin.identifier, destination.identifier);
  const own = new Set(edges.map(nameOf));
  const came = new Map<string, CaseMembers>();
  const others: CaseMembers[] = [];
  for (const association of associations) {
    const name = edgeNameOf(association);
    if (name !== null && own.has(name) && !came.has(name)) came.set(name, association);
    else others.push(association);
  }
  return { matched: edges.map((edge) => came.get(nameOf(edge))), others };
}

/** Something that is written when its turn comes. */
type Later = () => CaseMembers;

function listAssociations(framework: FrameworkContent, changedAt: string): Later[] {
  const { key, items, crosswalk, extra } = framework;
  const edges = listEdges(framework);
  const { matched, others } = matchEdges(edges, extra?.associations ?? []);
  const byKey = new Map(items.map((item) => [item.key, item]));
  return [
    ...edges.map((edge, at) => () => matched[at] ?? associationObject(key, edge, changedAt)),
    ...crosswalk.map(
      (entry) => () =>
        mergeMembers(crosswalkObject(key, entry, byKey.get(entry.item), changedAt), entry.extra),
    ),
    ...others.map((other) => () => other),
  ];
}

function listItems({ key, strands, items, levels }: FrameworkContent, changedAt: string): Later[] {
  return [
    ...strands.map((strand) => () => mergeMembers(strandObject(key, strand, changedAt), strand.extra)),
    ...items.map((item) => () => mergeMembers(itemObject(item, changedAt), item.extra)),
    ...levels.map((level) => () => mergeMembers(levelObject(key, level, changedAt), level.extra)),
  ];
}

function writeDefinitions(framework: FrameworkContent, changedAt: string): CaseMembers {
  const licence = licenceObject(framework, changedAt);
  const rest = framework.extra?.definitions ?? {};
  if (!licence) return rest;
  const theirs: unknown[] = Array.isArray(rest['CFLicenses']) ? rest['CFLicenses'] : [];
  return { ...rest, CFLicenses: [licence, ...theirs] };
}

/** A package with these lists in place of its long ones. */
function toPackage<T>(framework: FrameworkContent, changedAt: string, lists: { items: T; associations: T }) {
  const { extra } = framework;
  const definitions = writeDefinitions(framework, changedAt);
  return {
    ...extra?.package,
    CFDocument: mergeMembers(documentObject(framework, changedAt), extra?.document ?? {}),
    CFItems: lists.items,
    CFAssociations: lists.associations,
    ...(Object.keys(definitions).length > 0 ? { CFDefinitions: definitions } : {}),
  };
}

/**
 * A framework as a CASE 1.1 package. Pure: the same framework and instant give the same package, and `readCase` makes the same
 * framework of it again.
 *
 * @param changedAt  when this version was published, ISO 8601 in UTC: CASE wants it on every object
 */
export function writeCase(framework: FrameworkContent, changedAt: string): CaseMembers {
  return toPackage(framework, changedAt, {
    items: listItems(framework, changedAt).map((write) => write()),
    associations: listAssociations(framework, changedAt).map((write) => write()),
  });
}

const indented = (value: unknown, depth: number): string =>
  JSON.stringify(value, null, 2).replaceAll('\n', `\n${'  '.repeat(depth)}`);

async function writeList(list: readonly Later[]): Promise<string> {
  if (list.length === 0) return '[]';
  const texts = await mapInSlices(list, (write) => indented(write(), 2));
  return `[\n    ${texts.join(',\n    ')}\n  ]`;
}

/** What `writeCase` makes as JSON for people to read, in slices. */
export async function writeCaseText(framework: FrameworkContent, changedAt: string): Promise<string> {
  const items = await writeList(listItems(framework, changedAt));
  await endSlice();
  const associations = await writeList(listAssociations(framework, changedAt));
  const written: Readonly<Record<string, string>> = { CFItems: items, CFAssociations: associations };
  const members = Object.entries(toPackage(framework, changedAt, { items: [], associations: [] })).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${written[name] ?? indented(value, 1)}`,
  );
  return `{\n${members.join(',\n')}\n}`;
}
