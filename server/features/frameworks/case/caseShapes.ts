import { z } from 'zod';
import { Id } from '../../../../contract/common.ts';
import { LevelKey, Strand } from '../../../../contract/content.ts';
import {
  CROSSWALK_MAX,
  FRAMEWORK_ITEMS_MAX,
  FRAMEWORK_LEVELS_MAX,
  FRAMEWORK_STRANDS_MAX,
  FrameworkContent,
  FrameworkItem,
  Overlay,
  type CaseMembers,
} from '../../../../contract/frameworks.ts';
import { parseList, type Parsed } from '../../../parseList.ts';
import { EXTENSION } from './caseJson.ts';

/** What we read of a CASE 1.0 or 1.1 package. Everything else may be there, and is kept. */

/** In lower case, as CASE wants it; some write it in upper case. */
const Uuid = z.string().toLowerCase().pipe(Id);
const Text = z.string().nullish();
const Link = z.looseObject({ title: Text });
const Node = z.looseObject({ identifier: z.string().min(1).max(255).toLowerCase(), title: Text, uri: Text });

/** Our part of the extensions of an object, by which it becomes what it was. */
const extended = <S extends z.ZodType>(ours: S) => z.looseObject({ [EXTENSION]: ours.optional() }).nullish();

const OurDocument = z.strictObject({
  schemaVersion: FrameworkContent.shape.schemaVersion,
  changedAt: z.string().max(40),
  slug: FrameworkContent.shape.slug,
  overlay: Overlay.nullable(),
});
const { level, target, evidenceIdeas, alignments } = FrameworkItem.shape;
const OurItem = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('strand'), key: Strand.shape.key, art: Strand.shape.art }),
  z.strictObject({ kind: z.literal('level'), key: LevelKey }),
  z.strictObject({
    kind: z.literal('item'),
    strand: FrameworkItem.shape.strand,
    level,
    target,
    evidenceIdeas,
    alignments,
  }),
]);
export type OurItem = z.infer<typeof OurItem>;
const OurAssociation = z.strictObject({ framework: z.string().max(255), code: z.string().max(60) });

const CaseDocument = z.looseObject({
  identifier: Uuid,
  title: z.string().trim().min(1),
  creator: z.string().trim().min(1),
  description: Text,
  language: Text,
  version: Text,
  notes: Text,
  licenseURI: Link.nullish(),
  extensions: extended(OurDocument),
});
export const CaseItem = z.looseObject({
  identifier: Uuid,
  fullStatement: z.string().trim().min(1),
  abbreviatedStatement: Text,
  humanCodingScheme: Text,
  notes: Text,
  extensions: extended(OurItem),
});
export type CaseItem = z.infer<typeof CaseItem>;
export const CaseAssociation = z.looseObject({
  identifier: Uuid,
  associationType: z.string().min(1),
  originNodeURI: Node,
  destinationNodeURI: Node,
  sequenceNumber: z.number().nullish(),
  notes: Text,
  extensions: extended(OurAssociation),
});
export type CaseAssociation = z.infer<typeof CaseAssociation>;

const ITEMS_MAX = FRAMEWORK_ITEMS_MAX + FRAMEWORK_STRANDS_MAX + FRAMEWORK_LEVELS_MAX;
/** A package apart from its long lists. */
const Shell = z.looseObject({
  CFDocument: CaseDocument,
  CFDefinitions: z.looseObject({ CFLicenses: z.array(z.looseObject({})).optional() }).nullish(),
});
export type CasePackage = z.infer<typeof Shell> & { CFItems: CaseItem[]; CFAssociations: CaseAssociation[] };

/** Reads a package in slices: it may have tens of thousands of parts. @returns it, or every issue in its order */
export async function parsePackage(raw: CaseMembers): Promise<Parsed<CasePackage>> {
  const shell = Shell.safeParse(raw);
  const items = await parseList(CaseItem, raw['CFItems'], { path: 'CFItems', max: ITEMS_MAX });
  const associations = await parseList(CaseAssociation, raw['CFAssociations'], {
    path: 'CFAssociations',
    max: 2 * ITEMS_MAX + CROSSWALK_MAX,
  });
  const issues = [...(shell.error?.issues ?? []), ...items.issues, ...associations.issues];
  if (!shell.success || issues.length > 0) return { issues };
  return { data: { ...shell.data, CFItems: items.data, CFAssociations: associations.data } };
}
