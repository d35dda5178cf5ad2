import type { ModuleContent, Step } from '../content.ts';
import { CYCLE_STEPS } from '../cycles.ts';
import { lintPrompt } from './blocks.ts';
import { toFinding, type Finding } from './findings.ts';

/** Whether a practice cycle has all its steps and is gone through again, and whether nothing else is. */
function lintRepetition({ key: module, kind, steps, cycles }: ModuleContent): Finding[] {
  const place = { module, field: 'cycles' };
  const changed = cycles ? lintPrompt(cycles.changed, { module }, 'cycles.changed.') : [];
  if (kind !== 'practice_cycle') {
    return cycles ? [toFinding('cycles_elsewhere', place, { count: cycles.count }), ...changed] : [];
  }
  const kinds = new Set(steps.map((step) => step.kind));
  const missing = CYCLE_STEPS.filter((one) => !kinds.has(one));
  return [
    ...missing.map((one) => toFinding('incomplete_cycle', { module, field: 'steps' }, { kind: one })),
    ...(cycles ? changed : [toFinding('single_cycle', place)]),
  ];
}

const isVisit = ({ kind }: Step): boolean => kind === 'observe';
const hasRecord = ({ blocks }: Step): boolean =>
  blocks.some((block) => block.type === 'requirement' && block.visitRecord);

/** In these kinds, observing is what the module is about. */
const OBSERVED: readonly ModuleContent['kind'][] = ['practice_cycle', 'observation'];

/** Until visits are recorded in Waymark itself, somebody hands in a record of what was observed. */
function lintVisit({ key, kind, steps }: ModuleContent): Finding[] {
  if (!OBSERVED.includes(kind) || !steps.some(isVisit) || steps.some(hasRecord)) return [];
  return [toFinding('no_visit_record', { module: key, field: 'steps' })];
}

/** What is wrong with the way in which a module is practised and observed. */
export function lintPractice(module: ModuleContent): Finding[] {
  return [...lintRepetition(module), ...lintVisit(module)];
}
