import { z } from 'zod';
import {
  ChecklistBlock,
  EmbedBlock,
  FileBlock,
  ModuleContent,
  MODULES_MAX,
  PathwayContent,
  Prompt,
  Requirement,
  ResourceBlock,
  SCHEMA_VERSION,
  Step,
  TextBlock,
  type Block,
} from './content.ts';

/**
 * Content of version 2: no cycles, judged by reviewers, no record of a visit. What later versions left as it was is taken from them:
 * who changes it writes down here first what it was. What holds between members is checked on the upgraded content.
 */

const Block2 = z.discriminatedUnion('type', [
  TextBlock,
  ResourceBlock,
  EmbedBlock,
  FileBlock,
  ChecklistBlock,
  Prompt,
  Requirement.omit({ visitRecord: true }),
]);
export type Block2 = z.infer<typeof Block2>;

const Step2 = z.strictObject({ ...Step.shape, blocks: z.array(Block2).max(60) });
export type Step2 = z.infer<typeof Step2>;

const { cycles: _cycles, reviewedBy: _reviewedBy, ...moduleShape } = ModuleContent.shape;
const ModuleContent2 = z.strictObject({ ...moduleShape, steps: z.array(Step2).min(1).max(8) });
export type ModuleContent2 = z.infer<typeof ModuleContent2>;

export const PathwayContent2 = z.strictObject({
  ...PathwayContent.shape,
  schemaVersion: z.literal(2),
  modules: z.array(ModuleContent2).min(1).max(MODULES_MAX),
});
export type PathwayContent2 = z.infer<typeof PathwayContent2>;

function upgradeBlock2(block: Block2): Block {
  return block.type === 'requirement' ? { ...block, visitRecord: false } : block;
}

/** A module of version 2 as one of version 3. */
export function upgradeModule2({ steps, ...module }: ModuleContent2): ModuleContent {
  return {
    ...module,
    cycles: null,
    reviewedBy: 'reviewer',
    steps: steps.map((step) => ({ ...step, blocks: step.blocks.map(upgradeBlock2) })),
  };
}

/** A pathway of version 2 as one of version 3. */
export function upgradePathway2(content: PathwayContent2): PathwayContent {
  return { ...content, schemaVersion: SCHEMA_VERSION, modules: content.modules.map(upgradeModule2) };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A part of a draft from before version 3, as it was stored; anything else stays as it is. */
export function upgradePart2(part: unknown): unknown {
  if (!isRecord(part)) return part;
  if (part['type'] === 'module') return { cycles: null, reviewedBy: 'reviewer', ...part };
  const block = part['type'] === 'block' ? part['block'] : null;
  if (!isRecord(block) || block['type'] !== 'requirement') return part;
  return { ...part, block: { visitRecord: false, ...block } };
}
