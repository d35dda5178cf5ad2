import type { ImportFault } from '../../../../contract/frameworks.ts';
import { findLoops } from '../../../../contract/frameworkRules.ts';
import type { CaseAssociation, CaseItem, CasePackage, OurItem } from './caseShapes.ts';
import { EXTENSION } from './caseJson.ts';

/** What the items of a package are a part of, and in which order. */
export interface CaseTree {
  /** Kind of each item, as we hold it. */
  kinds: Map<string, OurItem['kind']>;
  /** The association that says what an item is a part of; absent for one at the top. */
  parents: Map<string, CaseAssociation>;
  /** Identifiers of all items: each after what it is a part of, and in order of their sequence numbers. */
  order: string[];
}

/** Our own words about an item; undefined for one from elsewhere. */
export const ourItemOf = ({ extensions }: CaseItem): OurItem | undefined => extensions?.[EXTENSION];

const nameOf = ({ humanCodingScheme, fullStatement }: CaseItem): string =>
  humanCodingScheme?.trim() || fullStatement.slice(0, 60);

function findRepeated(identifiers: readonly string[], list: string): ImportFault[] {
  const first = new Map<string, number>();
  return identifiers.flatMap((identifier, at) => {
    const before = first.get(identifier);
    if (before === undefined) first.set(identifier, at);
    if (before === undefined) return [];
    const message = `${identifier} is the identifier of ${list}.${before}, too. Each needs its own.`;
    return [{ row: null, place: `${list}.${at}.identifier`, message }];
  });
}

function findMissing({ CFDocument, CFItems, CFAssociations }: CasePackage): ImportFault[] {
  const here = new Set([CFDocument.identifier, ...CFItems.map(({ identifier }) => identifier)]);
  // the crosswalk of an overlay may begin at an item of its core
  const isOverlay = Boolean(CFDocument.extensions?.[EXTENSION]?.overlay);
  return CFAssociations.flatMap(({ associationType, originNodeURI, destinationNodeURI }, at) => {
    const ends = { originNodeURI, destinationNodeURI };
    const missing = Object.entries(ends).filter(([, { identifier }]) => !here.has(identifier));
    // other associations may well lead to another framework
    if (associationType !== 'isChildOf' && (isOverlay || missing.length === 1)) return [];
    return missing.map(([name, { identifier }]) => ({
      row: null,
      place: `CFAssociations.${at}.${name}`,
      message: `There is no item with the identifier ${identifier} in the package. Add it, or remove this association.`,
    }));
  });
}

function findTreeLoops({ CFItems, CFAssociations }: CasePackage): ImportFault[] {
  const above = new Map<string, string[]>(CFItems.map(({ identifier }) => [identifier, []]));
  for (const { associationType, originNodeURI, destinationNodeURI } of CFAssociations)
    if (associationType === 'isChildOf' && above.has(destinationNodeURI.identifier))
      above.get(originNodeURI.identifier)?.push(destinationNodeURI.identifier);
  const items = new Map(CFItems.map((item) => [item.identifier, item]));
  return findLoops(above).map((loop) => {
    const names = loop.flatMap((identifier) => items.get(identifier) ?? []).map(nameOf);
    return {
      row: null,
      place: 'CFAssociations',
      message: `isChildOf makes a loop: ${names.join(' → ')}. Remove one of these associations.`,
    };
  });
}

/** What keeps a package from being a tree of items. */
export function findTreeFaults(pack: CasePackage): ImportFault[] {
  const { CFDocument, CFItems, CFAssociations } = pack;
  return [
    ...findRepeated(
      CFItems.map(({ identifier }) => identifier),
      'CFItems',
    ),
    ...findRepeated(
      CFAssociations.map(({ identifier }) => identifier),
      'CFAssociations',
    ),
    ...CFItems.flatMap(({ identifier }, at) =>
      identifier === CFDocument.identifier
        ? [
            {
              row: null,
              place: `CFItems.${at}.identifier`,
              message: 'The document has this identifier, too. Each needs its own.',
            },
          ]
        : [],
    ),
    ...findMissing(pack),
    ...findTreeLoops(pack),
  ];
}

/** An item may be a part of several; we hold the first that is an item, or else the document. */
function readParents({ CFItems, CFAssociations }: CasePackage): Map<string, CaseAssociation> {
  const items = new Set(CFItems.map(({ identifier }) => identifier));
  const parents = new Map<string, CaseAssociation>();
  for (const association of CFAssociations) {
    const { associationType, originNodeURI, destinationNodeURI } = association;
    if (associationType !== 'isChildOf') continue;
    const before = parents.get(originNodeURI.identifier);
    const isBetter =
      before === undefined ||
      (!items.has(before.destinationNodeURI.identifier) && items.has(destinationNodeURI.identifier));
    if (isBetter) parents.set(originNodeURI.identifier, association);
  }
  return parents;
}

/** Reads the tree of a package that `findTreeFaults` found nothing wrong with. */
export function readTree(pack: CasePackage): CaseTree {
  const { CFDocument, CFItems } = pack;
  const parents = readParents(pack);
  const children = new Map<string, CaseItem[]>();
  for (const item of CFItems) {
    const parent = parents.get(item.identifier)?.destinationNodeURI.identifier ?? CFDocument.identifier;
    const siblings = children.get(parent);
    if (siblings) siblings.push(item);
    else children.set(parent, [item]);
  }
  // a stable sort: what has no number keeps its place behind those that have one
  const sequence = ({ identifier }: CaseItem): number =>
    parents.get(identifier)?.sequenceNumber ?? Number.MAX_SAFE_INTEGER;
  const sorted = (parent: string): CaseItem[] =>
    (children.get(parent) ?? []).sort((a, b) => sequence(a) - sequence(b));
  const top = new Set((children.get(CFDocument.identifier) ?? []).map(({ identifier }) => identifier));
  const kinds = new Map<string, OurItem['kind']>();
  const order: string[] = [];
  const waiting = sorted(CFDocument.identifier).reverse();
  for (let item = waiting.pop(); item; item = waiting.pop()) {
    const { identifier } = item;
    const groups = top.has(identifier) && children.has(identifier);
    kinds.set(identifier, ourItemOf(item)?.kind ?? (groups ? 'strand' : 'item'));
    order.push(identifier);
    waiting.push(...sorted(identifier).reverse());
  }
  return { kinds, parents, order };
}
