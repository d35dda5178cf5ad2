import { BadgeArt } from '../../../../contract/content.ts';
import {
  CrosswalkEntry,
  type CaseMembers,
  type FrameworkContent,
  type FrameworkItem,
  type FrameworkLevel,
  type FrameworkStrand,
} from '../../../../contract/frameworks.ts';
import { mapInSlices } from '../../../slices.ts';
import { EXTENSION, restOf } from './caseJson.ts';
import { crosswalkObject, itemObject, levelObject, strandObject, uriOf } from './caseObjects.ts';
import type { CaseAssociation, CaseItem, CasePackage } from './caseShapes.ts';
import { cut } from './caseTexts.ts';
import { ourItemOf, type CaseTree } from './caseTree.ts';

/** What a framework is made of, read from a package. */
export interface Parts extends Pick<FrameworkContent, 'levels' | 'strands' | 'items' | 'crosswalk'> {
  /** Associations, as they came, that are no crosswalk. */
  otherAssociations: CaseMembers[];
}

/** The same package as it came, of which everything is kept. */
interface Came {
  items: readonly CaseMembers[];
  associations: readonly CaseMembers[];
  changedAt: string;
}

interface Reading {
  frameworkKey: string;
  isOverlay: boolean;
  tree: CaseTree;
  changedAt: string;
  /** Key of the strand by the identifier of what it was read from. */
  strandKeys: ReadonlyMap<string, string>;
}

function readStrand(item: CaseItem, raw: CaseMembers, at: number, reading: Reading): FrameworkStrand {
  const ours = ourItemOf(item);
  const art = BadgeArt.options[at % BadgeArt.options.length] ?? 'compass';
  const strand: FrameworkStrand = {
    // stays the same when its title changes; nobody sees it
    key: reading.strandKeys.get(item.identifier) ?? '',
    title: cut(item.fullStatement, 255),
    art: ours?.kind === 'strand' ? ours.art : art,
    description: (item.notes ?? '').slice(0, 10_000),
    extra: {},
  };
  return { ...strand, extra: restOf(raw, strandObject(reading.frameworkKey, strand, reading.changedAt)) };
}

function readLevel(item: CaseItem, raw: CaseMembers, reading: Reading): FrameworkLevel[] {
  const ours = ourItemOf(item);
  if (ours?.kind !== 'level') return [];
  const level = { key: ours.key, name: cut(item.fullStatement, 255), extra: {} };
  return [{ ...level, extra: restOf(raw, levelObject(reading.frameworkKey, level, reading.changedAt)) }];
}

/** The strand that an item lies in, itself or through what it is a part of. */
function strandOf(item: CaseItem, { tree, strandKeys }: Reading): string | null {
  const { parents } = tree;
  let above = parents.get(item.identifier)?.destinationNodeURI.identifier;
  while (above !== undefined && !strandKeys.has(above))
    above = parents.get(above)?.destinationNodeURI.identifier;
  if (above !== undefined) return strandKeys.get(above) ?? null;
  // a strand of the core that an overlay adapts
  const ours = ourItemOf(item);
  const inCore = ours?.kind === 'item' ? ours.strand : null;
  return inCore !== null && [...strandKeys.values()].includes(inCore) ? null : inCore;
}

function readItem(item: CaseItem, raw: CaseMembers, reading: Reading): FrameworkItem {
  const { identifier, fullStatement, abbreviatedStatement, humanCodingScheme } = item;
  const { tree, changedAt } = reading;
  const ours = ourItemOf(item);
  const { level, target, evidenceIdeas, alignments } =
    ours?.kind === 'item' ? ours : { level: null, target: null, evidenceIdeas: [], alignments: [] };
  const parent = tree.parents.get(identifier)?.destinationNodeURI.identifier;
  const short = abbreviatedStatement?.trim() ?? '';
  const isShort = fullStatement.length <= 255 && (ours !== undefined || !fullStatement.includes('\n'));
  const saysTitleOnly = short === '' && isShort;
  const read: FrameworkItem = {
    key: identifier,
    code: cut(humanCodingScheme ?? '', 60),
    strand: strandOf(item, reading),
    parent: parent !== undefined && tree.kinds.get(parent) === 'item' ? parent : null,
    level,
    title: cut(short || (saysTitleOnly ? fullStatement : fullStatement.replace(/\s+/g, ' ')), 255),
    canDo: saysTitleOnly ? '' : fullStatement.slice(0, 10_000),
    evidenceIdeas,
    alignments,
    target,
    extra: {},
  };
  return { ...read, extra: restOf(raw, itemObject(read, changedAt)) };
}

/** An association as an entry of the crosswalk; null if it says something else or more than one can hold. */
function readCrosswalk(
  association: CaseAssociation,
  raw: CaseMembers,
  items: ReadonlyMap<string, FrameworkItem>,
  { frameworkKey, changedAt, tree, isOverlay }: Reading,
): CrosswalkEntry | null {
  const { associationType, originNodeURI, destinationNodeURI, notes, extensions } = association;
  const item = originNodeURI.identifier;
  const ours = extensions?.[EXTENSION];
  const to = destinationNodeURI.identifier;
  if (associationType === 'isChildOf' || tree.kinds.get(to) === 'level') return null;
  const uri = destinationNodeURI.uri ?? '';
  const entry = CrosswalkEntry.safeParse({
    item,
    relation: associationType,
    to: {
      item: to,
      framework: ours?.framework ?? '',
      code: ours?.code ?? '',
      title: cut(destinationNodeURI.title ?? '', 255),
      uri: uri === uriOf(to) ? '' : uri,
    },
    notes: notes ?? '',
  });
  if (!entry.success || (!items.has(item) && !isOverlay)) return null;
  const written = crosswalkObject(frameworkKey, entry.data, items.get(item), changedAt);
  return { ...entry.data, extra: restOf(raw, written) };
}

async function readCrosswalks(
  associations: readonly CaseAssociation[],
  came: Came,
  items: readonly FrameworkItem[],
  reading: Reading,
): Promise<Pick<Parts, 'crosswalk' | 'otherAssociations'>> {
  const byKey = new Map(items.map((item) => [item.key, item]));
  const seen = new Set<string>();
  const crosswalk: CrosswalkEntry[] = [];
  const otherAssociations: CaseMembers[] = [];
  await mapInSlices(associations, (association, at) => {
    const raw = came.associations[at] ?? {};
    const entry = readCrosswalk(association, raw, byKey, reading);
    const name = entry ? `${entry.item} ${entry.relation} ${entry.to.item}` : '';
    if (!entry || seen.has(name)) otherAssociations.push(raw);
    else {
      seen.add(name);
      crosswalk.push(entry);
    }
  });
  return { crosswalk, otherAssociations };
}

/** Reads what a framework is made of. */
export async function readParts(pack: CasePackage, tree: CaseTree, came: Came): Promise<Parts> {
  const { CFDocument, CFItems, CFAssociations } = pack;
  const items = new Map(CFItems.map((item) => [item.identifier, item]));
  const raws = new Map(CFItems.map(({ identifier }, at) => [identifier, came.items[at] ?? {}]));
  const ours = CFDocument.extensions?.[EXTENSION];
  // what we wrote stands in its order, whichever strand it is in
  const order = ours ? CFItems : tree.order.flatMap((identifier) => items.get(identifier) ?? []);
  const ofKind = (kind: string): CaseItem[] =>
    order.filter(({ identifier }) => tree.kinds.get(identifier) === kind);
  const strands = ofKind('strand');
  const strandKeys = strands.map((item) => {
    const said = ourItemOf(item);
    return [item.identifier, said?.kind === 'strand' ? said.key : `s-${item.identifier}`] as const;
  });
  const { changedAt } = came;
  const frameworkKey = CFDocument.identifier;
  const isOverlay = Boolean(ours?.overlay);
  const reading = { frameworkKey, isOverlay, tree, changedAt, strandKeys: new Map(strandKeys) };
  const rawOf = ({ identifier }: CaseItem): CaseMembers => raws.get(identifier) ?? {};
  const read = await mapInSlices(ofKind('item'), (item) => readItem(item, rawOf(item), reading));
  return {
    levels: ofKind('level').flatMap((item) => readLevel(item, rawOf(item), reading)),
    strands: strands.map((item, at) => readStrand(item, rawOf(item), at, reading)),
    items: read,
    ...(await readCrosswalks(CFAssociations, came, read, reading)),
  };
}
