import { createHash } from 'node:crypto';
import type {
  CaseMembers,
  CrosswalkEntry,
  FrameworkContent,
  FrameworkItem,
  FrameworkLevel,
  FrameworkStrand,
} from '../../../../contract/frameworks.ts';
import { EXTENSION } from './caseJson.ts';

/** Members of the objects of a CASE 1.1 package, as we write them. @see https://standards.1edtech.org/case/ */

/** Something that an association begins or ends at (LinkGenURI). */
export interface CaseNode {
  identifier: string;
  uri: string;
  title: string;
}

/** A UUID that is always the same for a part of a framework that has no key of its own (RFC 9562, version 5). */
export function partId(frameworkKey: string, part: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(frameworkKey.replaceAll('-', ''), 'hex'))
    .update(part)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** CASE asks for an address that can be opened; until there is a CASE service here, it at least says truly what it names. */
export const uriOf = (identifier: string): string => `urn:uuid:${identifier}`;

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

function toNode(identifier: string, title: string, rest: CaseMembers): CaseNode {
  return { identifier, uri: textOr(rest['uri'], uriOf(identifier)), title };
}

/** The document as a node, which is at the root of the tree. */
export const documentNode = ({ key, title, extra }: FrameworkContent): CaseNode =>
  toNode(key, title, extra?.document ?? {});

/** A strand as a node; it had an identifier if it comes from elsewhere. */
export function strandNode(frameworkKey: string, { key, title, extra }: FrameworkStrand): CaseNode {
  return toNode(
    textOr(extra['identifier'], partId(frameworkKey, `strand/${key}`)).toLowerCase(),
    title,
    extra,
  );
}

/** A level as a node. */
export function levelNode(frameworkKey: string, { key, name, extra }: FrameworkLevel): CaseNode {
  return toNode(textOr(extra['identifier'], partId(frameworkKey, `level/${key}`)).toLowerCase(), name, extra);
}

/** An item as a node. */
export const itemNode = ({ key, title, extra }: FrameworkItem): CaseNode => toNode(key, title, extra);

const withText = (name: string, text: string): CaseMembers => (text === '' ? {} : { [name]: text });

/** The licence in `CFDefinitions`; null if none is known. */
export function licenceObject({ key, licence }: FrameworkContent, changedAt: string): CaseMembers | null {
  if (licence === '') return null;
  const identifier = partId(key, 'licence');
  return {
    identifier,
    uri: uriOf(identifier),
    title: licence,
    licenseText: licence,
    lastChangeDateTime: changedAt,
  };
}

/** The `CFDocument`, without what came with it. */
export function documentObject(framework: FrameworkContent, changedAt: string): CaseMembers {
  const { key, slug, title, source, description, language, version, licence, acknowledgement } = framework;
  const licenceId = partId(key, 'licence');
  return {
    identifier: key,
    uri: uriOf(key),
    caseVersion: '1.1',
    creator: source,
    title,
    lastChangeDateTime: changedAt,
    ...withText('description', description),
    ...withText('language', language === 'und' ? '' : language),
    ...withText('version', version),
    ...(licence === ''
      ? {}
      : { licenseURI: { title: licence, identifier: licenceId, uri: uriOf(licenceId) } }),
    ...withText('notes', acknowledgement),
    extensions: {
      [EXTENSION]: {
        schemaVersion: framework.schemaVersion,
        changedAt,
        slug,
        overlay: framework.overlay,
      },
    },
  };
}

/** The `CFItem` of a strand, without what came with it. */
export function strandObject(frameworkKey: string, strand: FrameworkStrand, changedAt: string): CaseMembers {
  const { key, title, art, description } = strand;
  const identifier = partId(frameworkKey, `strand/${key}`);
  return {
    identifier,
    uri: uriOf(identifier),
    fullStatement: title,
    CFItemType: 'Strand',
    ...withText('notes', description),
    lastChangeDateTime: changedAt,
    extensions: { [EXTENSION]: { kind: 'strand', key, art } },
  };
}

/** The `CFItem` of a level, without what came with it. */
export function levelObject(frameworkKey: string, level: FrameworkLevel, changedAt: string): CaseMembers {
  const { key, name } = level;
  const identifier = partId(frameworkKey, `level/${key}`);
  return {
    identifier,
    uri: uriOf(identifier),
    fullStatement: name,
    CFItemType: 'Level',
    lastChangeDateTime: changedAt,
    extensions: { [EXTENSION]: { kind: 'level', key } },
  };
}

/** The `CFItem` of a competency, without what came with it. */
export function itemObject(item: FrameworkItem, changedAt: string): CaseMembers {
  const { key, code, title, canDo, strand, level, target, evidenceIdeas, alignments } = item;
  return {
    identifier: key,
    uri: uriOf(key),
    fullStatement: canDo === '' ? title : canDo,
    ...withText('abbreviatedStatement', canDo === '' ? '' : title),
    ...withText('humanCodingScheme', code),
    CFItemType: 'Competency',
    lastChangeDateTime: changedAt,
    extensions: { [EXTENSION]: { kind: 'item', strand, level, target, evidenceIdeas, alignments } },
  };
}

/** What an association says. */
export interface CaseEdge {
  type: string;
  origin: CaseNode;
  destination: CaseNode;
  /** Place among the children of the same parent, from 1. */
  sequence?: number;
}

/** Names what an association says: two that say the same have one name. */
export function edgeName(type: string, origin: string, destination: string): string {
  return `${type} ${origin.toLowerCase()} ${destination.toLowerCase()}`;
}

/** A `CFAssociation`. */
export function associationObject(frameworkKey: string, edge: CaseEdge, changedAt: string): CaseMembers {
  const { type, origin, destination, sequence } = edge;
  const identifier = partId(frameworkKey, edgeName(type, origin.identifier, destination.identifier));
  return {
    identifier,
    uri: uriOf(identifier),
    associationType: type,
    ...(sequence === undefined ? {} : { sequenceNumber: sequence }),
    originNodeURI: { ...origin },
    destinationNodeURI: { ...destination },
    lastChangeDateTime: changedAt,
  };
}

/** The `CFAssociation` of a crosswalk, without what came with it. @param item  where it begins; undefined for one of the core */
export function crosswalkObject(
  frameworkKey: string,
  entry: CrosswalkEntry,
  item: FrameworkItem | undefined,
  changedAt: string,
): CaseMembers {
  const { relation: type, to, notes } = entry;
  const origin = item ? itemNode(item) : toNode(entry.item, '', {});
  const destination = { identifier: to.item, uri: to.uri || uriOf(to.item), title: to.title };
  const { framework, code } = to;
  return {
    ...associationObject(frameworkKey, { type, origin, destination }, changedAt),
    ...withText('notes', notes),
    ...(framework === '' && code === '' ? {} : { extensions: { [EXTENSION]: { framework, code } } }),
  };
}
