import { z } from 'zod';
import { BundledFile, BundleManifest } from '../../contract/bundle.ts';
import {
  Alignment,
  CertificationContent,
  ChecklistBlock,
  Criterion,
  Cycles,
  EmbedBlock,
  Exemplar,
  FileBlock,
  FrameworkRef,
  Level,
  LevelKey,
  Licence,
  ModuleContent,
  PathwayBadge,
  PathwayContent,
  Prompt,
  Requirement,
  ResourceBlock,
  RubricLevel,
  Scale,
  Step,
  Strand,
  TextBlock,
  Track,
} from '../../contract/content.ts';
import { RICH_PARTS, RichDocument } from '../../contract/richText.ts';
import { Id, Sha256 } from '../../contract/common.ts';
import {
  Counter,
  FormContent,
  FormPrompt,
  FormSection,
  Indicator,
  LookFor,
  Tag,
} from '../../contract/observationForms.ts';
import { Rule } from '../../contract/rules.ts';

/** Folder of the published schemas, relative to the root. */
export const SCHEMAS_FOLDER = 'docs/schemas';

/** The formats of files, each with what it is for. */
const FORMATS = {
  bundle: [BundleManifest, 'The manifest of a bundle: bundle.json'],
  pathway: [PathwayContent, 'A pathway: pathway.json in a bundle or in content/pathways/<slug>'],
  'observation-form': [
    FormContent,
    'An observation form: forms/<slug>.json in a bundle, or content/observation-forms/<slug>.json',
  ],
  certification: [CertificationContent, 'A certification: content/certifications/<slug>.json'],
} as const;

/** Parts that the schemas refer to by these names. */
const PARTS: Readonly<Record<string, z.ZodType>> = {
  Id,
  Sha256,
  Rule,
  Licence,
  RichDocument,
  RichBlock: RICH_PARTS.Block,
  RichListItem: RICH_PARTS.ListItem,
  BundledFile,
  FrameworkRef,
  Strand,
  Module: ModuleContent,
  Step,
  TextBlock,
  ResourceBlock,
  EmbedBlock,
  FileBlock,
  ChecklistBlock,
  Prompt,
  Requirement,
  Cycles,
  Scale,
  Level,
  LevelKey,
  Criterion,
  RubricLevel,
  Alignment,
  Exemplar,
  Track,
  PathwayBadge,
  FormSection,
  LookFor,
  Indicator,
  Counter,
  Tag,
  FormPrompt,
};

/** The schemas as JSON Schema (draft 2020-12), by file name: what may be written, before texts are trimmed. */
export function toJsonSchemas(): Map<string, string> {
  const metadata = z.registry<{ id: string }>();
  for (const [id, part] of Object.entries(PARTS)) metadata.add(part, { id });
  return new Map(
    Object.entries(FORMATS).map(([name, [schema, title]]) => {
      // a rule holds rules of less depth, each of which holds the same conditions
      const json = z.toJSONSchema(schema, { io: 'input', metadata, reused: 'ref' });
      return [`${name}.schema.json`, `${JSON.stringify({ title, ...json }, null, 2)}\n`];
    }),
  );
}
