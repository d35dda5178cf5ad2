import type { ModuleContent } from '../content.ts';
import { moduleMinutes, unrollModule } from '../cycles.ts';
import type { JudgedMinutes } from '../evaluativeShare.ts';
import { lintStep } from './blocks.ts';
import { findBlank, toFinding, type Finding, type LintSettings, type PartialPlace } from './findings.ts';
import { hasWords, TextLint } from './richText.ts';
import { lintPractice } from './practice.ts';
import { lintAlignments, lintExemplars, lintRubric } from './rubric.ts';

/** A key that must not be used twice in a pathway, with its place. */
export interface PlacedKey {
  readonly key: string;
  readonly place: PartialPlace;
}

/** Everything that the lint says about a module alone, and what it needs of it for the pathway. */
export interface ModuleLint extends JudgedMinutes {
  readonly findings: readonly Finding[];
  /** That no criterion is aligned: findings only in a pathway with a framework. */
  readonly unaligned: readonly Finding[];
  readonly keys: readonly PlacedKey[];
}

function lintReading({ key, steps }: ModuleContent): Finding[] {
  const reads = steps.some(({ blocks }) =>
    blocks.some((block) => block.type === 'text' && hasWords(block.content)),
  );
  return reads ? [] : [toFinding('no_reading', { module: key, field: 'steps' })];
}

function lintNeeds({ key, needs, lowTech }: ModuleContent): Finding[] {
  const place = { module: key, field: 'lowTech' };
  if (lowTech && hasWords(lowTech)) return new TextLint().lint(lowTech, place);
  return needs.length > 0 ? [toFinding('no_low_tech', place)] : [];
}

function lintMinutes(key: string, minutes: number, { moduleMinutesMax: max }: LintSettings): Finding[] {
  const place = { module: key, field: 'steps' };
  if (minutes === 0) return [toFinding('no_minutes', place)];
  return max !== null && minutes > max ? [toFinding('module_minutes', place, { minutes, max })] : [];
}

function keysOf({ key: module, steps, cycles, criteria, exemplars }: ModuleContent): PlacedKey[] {
  const ofCycles = cycles ? [{ key: cycles.changed.key, place: { module, field: 'cycles' } }] : [];
  const ofBlocks = steps.flatMap((step) =>
    step.blocks.flatMap((block): PlacedKey[] => {
      const place = { module, step: step.key, block: block.key };
      const items = block.type === 'checklist' ? block.items : [];
      return [
        { key: block.key, place },
        ...items.map(({ key }) => ({ key, place: { ...place, item: key } })),
      ];
    }),
  );
  const ofCriteria = criteria.flatMap(({ key: criterion, levels }): PlacedKey[] => [
    { key: criterion, place: { module, criterion } },
    ...levels.map(({ key, level }) => ({ key, place: { module, criterion, level } })),
  ]);
  const ofExemplars = exemplars.map(({ key }) => ({ key, place: { module, exemplar: key } }));
  return [{ key: module, place: { module } }, ...ofCycles, ...ofBlocks, ...ofCriteria, ...ofExemplars];
}

function lintReviewers({ key, kind, reviewedBy }: ModuleContent): Finding[] {
  const isForPeers = kind === 'capstone' && reviewedBy === 'peer';
  return isForPeers ? [toFinding('capstone_for_peers', { module: key, field: 'reviewedBy' })] : [];
}

/** What can be said about a module without the others. */
export function lintModule(module: ModuleContent, settings: LintSettings): ModuleLint {
  const place = { module: module.key };
  const { title, achievement, summary, label } = module;
  const minutes = moduleMinutes(unrollModule(module));
  return {
    findings: [
      ...findBlank('missing_title', place, { title }),
      ...findBlank('missing_achievement', place, { achievement }),
      ...findBlank('missing_summary', place, { summary, label }),
      ...lintMinutes(module.key, minutes, settings),
      ...lintReading(module),
      ...lintNeeds(module),
      ...lintPractice(module),
      ...lintReviewers(module),
      ...module.steps.flatMap((step) => lintStep(module.key, step)),
      ...lintRubric(module),
      ...lintExemplars(module),
    ],
    unaligned: lintAlignments(module),
    minutes,
    reviewedBy: module.reviewedBy,
    keys: keysOf(module),
  };
}
