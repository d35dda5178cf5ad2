import type { CaseMembers, FrameworkContent, FrameworkItem } from '../../../../contract/frameworks.ts';
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

function writeAssociations(framework: FrameworkContent, changedAt: string): CaseMembers[] {
  const { key, items, crosswalk, extra } = framework;
  const edges = listEdges(framework);
  const { matched, others } = matchEdges(edges, extra?.associations ?? []);
  const byKey = new Map(items.map((item) => [item.key, item]));
  return [
    ...edges.map((edge, at) => matched[at] ?? associationObject(key, edge, changedAt)),
    ...crosswalk.map((entry) =>
      mergeMembers(crosswalkObject(key, entry, byKey.get(entry.item), changedAt), entry.extra),
    ),
    ...others,
  ];
}

function writeDefinitions(framework: FrameworkContent, changedAt: string): CaseMembers {
  const licence = licenceObject(framework, changedAt);
  const rest = framework.extra?.definitions ?? {};
  if (!licence) return rest;
  const theirs: unknown[] = Array.isArray(rest['CFLicenses']) ? rest['CFLicenses'] : [];
  return { ...rest, CFLicenses: [licence, ...theirs] };
}

/**
 * A framework as a CASE 1.1 package. Pure: the same framework and instant give the same package, and `readCase` makes the same
 * framework of it again.
 *
 * @param changedAt  when this version was published, ISO 8601 in UTC: CASE wants it on every object
 */
export function writeCase(framework: FrameworkContent, changedAt: string): CaseMembers {
  const { key, strands, items, levels, extra } = framework;
  const definitions = writeDefinitions(framework, changedAt);
  return {
    ...extra?.package,
    CFDocument: mergeMembers(documentObject(framework, changedAt), extra?.document ?? {}),
    CFItems: [
      ...strands.map((strand) => mergeMembers(strandObject(key, strand, changedAt), strand.extra)),
      ...items.map((item) => mergeMembers(itemObject(item, changedAt), item.extra)),
      ...levels.map((level) => mergeMembers(levelObject(key, level, changedAt), level.extra)),
    ],
    CFAssociations: writeAssociations(framework, changedAt),
    ...(Object.keys(definitions).length > 0 ? { CFDefinitions: definitions } : {}),
  };
}
