import type { ModuleContent, PathwayContent, Prompt, Step, StepKind } from '../../../contract/content.ts';
import { sampleCycles, sampleKey, sampleModule } from '../sampleContent.ts';
import { ELSEWHERE, inModule, MODULE, type Fault } from './changes.ts';

const OWN: readonly StepKind[] = ['plan', 'try', 'observe', 'refine'];

/** The sample's steps with some before the last one; what is handed in is a record of the visit, or not. */
function withSteps(kinds: readonly StepKind[], visitRecord = true): Step[] {
  const steps = sampleModule(2).steps.map((step): Step => ({
    ...step,
    blocks: step.blocks.map((block) => (block.type === 'requirement' ? { ...block, visitRecord } : block)),
  }));
  const added = kinds.map((kind): Step => ({ key: kind, kind, title: null, minutes: 5, blocks: [] }));
  return [...steps.slice(0, -1), ...added, ...steps.slice(-1)];
}

function cyclesWith(changes: Partial<Prompt>): ModuleContent['cycles'] {
  const { count, changed } = sampleCycles(2);
  return { count, changed: { ...changed, criteria: [sampleKey(2, 100)], ...changes } };
}

/** The sample with a practice cycle as its second module, in which the lint finds nothing. */
export function practiceCycle(changes: Partial<ModuleContent> = {}): PathwayContent {
  return inModule({ kind: 'practice_cycle', cycles: cyclesWith({}), steps: withSteps(OWN), ...changes });
}

const between = (member: string) => ({ ...MODULE, field: `cycles.changed.${member}` });

export const PRACTICE: readonly Fault[] = [
  [
    'incomplete_cycle',
    'a practice cycle in which nobody observes',
    practiceCycle({ steps: withSteps(['plan', 'try', 'refine']) }),
    { ...MODULE, field: 'steps' },
  ],
  [
    'single_cycle',
    'a practice cycle that is gone through once',
    practiceCycle({ cycles: null }),
    { ...MODULE, field: 'cycles' },
  ],
  [
    'cycles_elsewhere',
    'a workshop that is gone through twice',
    practiceCycle({ kind: 'workshop' }),
    { ...MODULE, field: 'cycles' },
  ],
  [
    'no_visit_record',
    'a practice cycle that leaves no record',
    practiceCycle({ steps: withSteps(OWN, false) }),
    { ...MODULE, field: 'steps' },
  ],
  [
    'no_visit_record',
    'an observation that leaves no record',
    inModule({ kind: 'observation', steps: withSteps(['observe'], false) }),
    { ...MODULE, field: 'steps' },
  ],
  [
    'missing_question',
    'nothing asked between the cycles',
    practiceCycle({ cycles: cyclesWith({ question: ' ' }) }),
    between('question'),
  ],
  [
    'word_range',
    'a length that ends before it begins',
    practiceCycle({ cycles: cyclesWith({ words: { from: 2, to: 1 } }) }),
    between('words'),
  ],
  [
    'no_criterion_named',
    'a question between the cycles that nobody judges',
    practiceCycle({ cycles: cyclesWith({ criteria: [] }) }),
    between('criteria'),
  ],
  [
    'unknown_criterion',
    'a question between the cycles for a criterion that is not there',
    practiceCycle({ cycles: cyclesWith({ criteria: [ELSEWHERE] }) }),
    between('criteria'),
  ],
  [
    'repeated_key',
    'a question between the cycles with the key of its module',
    practiceCycle({ cycles: cyclesWith({ key: sampleKey(2) }) }),
    { ...MODULE, field: 'cycles' },
  ],
];
