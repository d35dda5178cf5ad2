import { z } from 'zod';
import { Id, Title } from './common.ts';
import type { BadgeArt, Scale, StepKind, Strand } from './content.ts';
import type { Block2, ModuleContent2, PathwayContent2, Step2 } from './contentVersion2.ts';
import { EvidenceKind } from './evidence.ts';
import { keyBeside } from './keyBeside.ts';
import { RichDocument } from './richText.ts';
import { allApproved, ALWAYS, type Rule } from './rules.ts';

/** Content of version 1: four fixed steps, four named levels, six strands, one predecessor. What has landed here never changes. */

const STRANDS_1: Readonly<Record<string, { title: string; art: BadgeArt }>> = {
  foundations: { title: 'Foundational digital literacy', art: 'compass' },
  assessment: { title: 'Assessment technology', art: 'tick' },
  multimedia: { title: 'Multimedia and storytelling', art: 'play' },
  adaptive: { title: 'Adaptive and data-informed', art: 'fork' },
  blended: { title: 'Blended design', art: 'rings' },
  leading: { title: 'Leading adoption', art: 'flag' },
};

const SCALE_1: Scale = {
  levels: [
    { key: 'emerging', name: 'Emerging' },
    { key: 'approaching', name: 'Approaching' },
    { key: 'meets', name: 'Meets' },
    { key: 'extends', name: 'Extends' },
  ],
  meets: 'meets',
};

const Criterion1 = z.strictObject({
  key: Id,
  code: z.string().regex(/^[A-Z]$/),
  title: Title,
  levels: z
    .array(
      z.strictObject({
        key: Id,
        name: z.enum(['emerging', 'approaching', 'meets', 'extends']),
        descriptor: z.string().min(1).max(1000),
      }),
    )
    .length(4),
});
const CriterionKeys1 = z.array(Id).min(1).max(12);
const Prompt1 = z.strictObject({
  key: Id,
  question: z.string().min(1).max(500),
  help: z.string().max(1000),
  words: z.strictObject({ from: z.number().int().min(0), to: z.number().int().min(1) }),
  criteria: CriterionKeys1,
});
const Requirement1 = z.strictObject({
  key: Id,
  title: Title,
  help: z.string().max(1000),
  kinds: z.array(EvidenceKind).min(1),
  criteria: CriterionKeys1,
});
const minutes1 = z.number().int().min(0).max(600);
const ModuleContent1 = z.strictObject({
  key: Id,
  title: Title,
  kind: z.string().min(1).max(40),
  summary: z.string().max(500),
  achievement: Title,
  badgeLevel: z.number().int().min(1).max(4),
  opensAfter: Id.nullable(),
  learn: z.strictObject({ minutes: minutes1, content: RichDocument }),
  try: z.strictObject({ minutes: minutes1, content: RichDocument }),
  reflect: z.strictObject({ minutes: minutes1, prompts: z.array(Prompt1).min(1).max(8) }),
  handIn: z.strictObject({ minutes: minutes1, requirements: z.array(Requirement1).max(8) }),
  criteria: z.array(Criterion1).min(1).max(8),
});
export type ModuleContent1 = z.infer<typeof ModuleContent1>;

export const PathwayContent1 = z.strictObject({
  key: Id,
  slug: z.string().regex(/^[a-z0-9-]{3,60}$/),
  title: Title,
  strand: z.enum(['foundations', 'assessment', 'multimedia', 'adaptive', 'blended', 'leading']),
  vision: z.string().max(500),
  licence: z.string().min(1),
  source: z.string().min(1),
  modules: z.array(ModuleContent1).min(1).max(30),
});
export type PathwayContent1 = z.infer<typeof PathwayContent1>;

/** A strand as version 1 named it. */
export function strandOf1(key: string): Strand {
  const known = STRANDS_1[key];
  return { key, title: known?.title ?? key, art: known?.art ?? 'compass' };
}

function stepsOf1({ key, learn, try: practice, reflect, handIn }: ModuleContent1): Step2[] {
  const text = (content: RichDocument, part: number): Block2[] => [
    { type: 'text', key: keyBeside(key, part), content },
  ];
  const prompts = reflect.prompts.map((prompt): Block2 => ({ type: 'prompt', ...prompt }));
  const requirements = handIn.requirements.map((one): Block2 => ({ type: 'requirement', ...one }));
  const step = (kind: StepKind, { minutes }: { minutes: number }, blocks: Block2[]): Step2 => ({
    key: kind,
    kind,
    title: null,
    minutes,
    blocks,
  });
  return [
    step('learn', learn, text(learn.content, 1)),
    step('try', practice, text(practice.content, 2)),
    step('reflect', reflect, prompts),
    step('hand_in', handIn, requirements),
  ];
}

/** A module of version 1 as one of version 2. @param known  keys of the pathway's modules: one that waited for another was open */
function upgradeModule1(module: ModuleContent1, known: ReadonlySet<string>): ModuleContent2 {
  const { key, title, kind, summary, achievement, badgeLevel, opensAfter } = module;
  const isFree = opensAfter === null || !known.has(opensAfter);
  const opens: Rule = isFree ? ALWAYS : { type: 'approved', module: opensAfter };
  return {
    key,
    title,
    kind: 'learn',
    label: kind,
    summary,
    achievement,
    badgeLevel,
    opens,
    needs: [],
    lowTech: null,
    steps: stepsOf1(module),
    scale: SCALE_1,
    criteria: module.criteria.map((criterion) => ({
      ...criterion,
      alignments: [],
      kindsNeeded: 1,
      levels: criterion.levels.map(({ name, ...level }) => ({ ...level, level: name })),
    })),
    exemplars: [],
  };
}

/** All modules of a pathway of version 1, in order, as modules of version 2. */
export function upgradeModules1(modules: readonly ModuleContent1[]): ModuleContent2[] {
  const known = new Set(modules.map(({ key }) => key));
  return modules.map((module) => upgradeModule1(module, known));
}

/** A pathway of version 1 as one of version 2. */
export function upgradePathway1(old: PathwayContent1): PathwayContent2 {
  const { key, slug, title, vision, licence, source } = old;
  return {
    schemaVersion: 2,
    key,
    slug,
    title,
    framework: null,
    strand: strandOf1(old.strand),
    vision,
    licence,
    source,
    modules: upgradeModules1(old.modules),
    tracks: [],
    completes: allApproved(old.modules.map((module) => module.key)),
    badge: null,
  };
}
