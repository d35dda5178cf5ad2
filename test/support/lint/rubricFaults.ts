import type { Criterion, PathwayContent } from '../../../contract/content.ts';
import {
  inModule,
  MODULE,
  inBlock,
  at,
  inCriterion,
  criterion,
  EXEMPLAR,
  inExemplar,
  judged,
  withBlocks,
  minutes,
  ELSEWHERE,
  type Fault,
} from './changes.ts';
import { sampleKey, sampleModule, samplePathway } from '../sampleContent.ts';

const B_ONLY = [sampleKey(2, 101)];
const unevidenced = inModule({
  steps: sampleModule(2).steps.map((step) => ({
    ...step,
    blocks: step.blocks.map((block) => ('criteria' in block ? { ...block, criteria: B_ONLY } : block)),
  })),
});
const levels = (...descriptors: readonly string[]): Criterion['levels'] =>
  (sampleModule(2).criteria[0]?.levels ?? []).map((level, index) => ({
    ...level,
    descriptor: descriptors[index] ?? level.descriptor,
  }));

export const RUBRIC: readonly Fault[] = [
  [
    'missing_descriptor',
    'a level that nothing describes',
    inCriterion({ levels: levels('Low', ' ') }),
    { ...criterion(0, 'descriptor'), level: 'meets' },
  ],
  [
    'same_descriptor',
    'two levels that say the same',
    inCriterion({ levels: levels('Same', 'Same') }),
    { ...criterion(0, 'descriptor'), level: 'meets' },
  ],
  [
    'no_criteria',
    'a module without criteria',
    inModule({ criteria: [], exemplars: [] }),
    { ...MODULE, field: 'criteria' },
  ],
  ['criterion_without_evidence', 'a criterion that nothing asks for', unevidenced, criterion(0)],
  [
    'too_many_kinds',
    'more kinds than can be handed in',
    inCriterion({ kindsNeeded: 4 }),
    criterion(0, 'kindsNeeded'),
  ],
  [
    'unknown_criterion',
    'a prompt for a criterion that is not there',
    inBlock('prompt', { criteria: [ELSEWHERE] }),
    at(7, 'criteria', 'reflect'),
  ],
  [
    'no_criterion_named',
    'a requirement for no criterion',
    inBlock('requirement', { criteria: [] }),
    at(8, 'criteria', 'hand_in'),
  ],
  [
    'requirement_without_kinds',
    'a requirement that nothing can fulfil',
    inBlock('requirement', { kinds: [] }),
    at(8, 'kinds', 'hand_in'),
  ],
  [
    'word_range',
    'from more words to fewer',
    inBlock('prompt', { words: { from: 9, to: 8 } }),
    at(7, 'words', 'reflect'),
  ],
  ['repeated_code', 'two criteria A', inCriterion({ code: 'A' }, 1), criterion(1, 'code')],
  ['code_order', 'A and then C', inCriterion({ code: 'C' }, 1), criterion(1, 'code')],
  [
    'no_alignment',
    'no alignment to the framework',
    samplePathway(1, { framework: { key: ELSEWHERE, title: 'Core', version: 1 } }),
    { module: sampleKey(1), criterion: sampleKey(1, 100), field: 'alignments' },
  ],
  [
    'unknown_criterion',
    'an example of a criterion that is not there',
    inExemplar({
      criteria: [...judged('meets', 'meets'), { criterion: ELSEWHERE, level: 'meets', comment: '' }],
    }),
    { ...EXEMPLAR, criterion: ELSEWHERE, field: 'criterion' },
  ],
  [
    'unknown_level',
    'an example with another level',
    inExemplar({ criteria: judged('meets', 'superb') }),
    { ...EXEMPLAR, ...criterion(1, 'level') },
  ],
  [
    'repeated_judgement',
    'an example that judges A twice',
    inExemplar({ criteria: [...judged('meets', 'meets'), ...judged('meets')] }),
    { ...EXEMPLAR, ...criterion(0, 'criterion') },
  ],
  [
    'outcome_contradicted',
    'an approved example below the needed level',
    inExemplar({ criteria: judged('meets', 'emerging') }),
    { ...EXEMPLAR, field: 'outcome' },
  ],
  [
    'outcome_contradicted',
    'a returned example at the needed level',
    inExemplar({ outcome: 'returned' }),
    { ...EXEMPLAR, field: 'outcome' },
  ],
  [
    'judgement_missing',
    'an example that leaves B out',
    inExemplar({ criteria: judged('meets') }),
    { ...EXEMPLAR, ...criterion(1) },
  ],
];

const byPeers = (content: PathwayContent): PathwayContent => ({
  ...content,
  modules: content.modules.map((module) => ({ ...module, reviewedBy: 'peer' })),
});

export const EFFORT: readonly Fault[] = [
  [
    'module_minutes',
    '63 minutes in a module of at most 60',
    inModule({ steps: minutes(21) }),
    { ...MODULE, field: 'steps' },
  ],
  [
    'pathway_minutes',
    'five modules in a pathway of at most 180 minutes',
    samplePathway(5),
    { field: 'modules' },
  ],
  [
    'no_minutes',
    'a module that takes no time',
    inModule({ steps: minutes(0) }),
    { ...MODULE, field: 'steps' },
  ],
  [
    'no_low_tech',
    'a camera, and nothing for those without',
    inModule({ lowTech: null }),
    { ...MODULE, field: 'lowTech' },
  ],
  [
    'capstone_for_peers',
    'a capstone that colleagues may approve',
    inModule({ kind: 'capstone', reviewedBy: 'peer' }),
    { ...MODULE, field: 'reviewedBy' },
  ],
  [
    'badge_by_peers_alone',
    'a badge that no reviewer has a part in',
    byPeers(samplePathway(2)),
    { field: 'badge' },
  ],
  [
    'repeated_key',
    'a module’s block in another module',
    withBlocks((blocks) =>
      blocks.map((block) => ({ ...block, key: block.type === 'text' ? sampleKey(1, 1) : block.key })),
    ),
    at(1).block === undefined ? {} : { ...at(1), block: sampleKey(1, 1) },
  ],
  [
    'repeated_key',
    'the badge with the key of the pathway',
    samplePathway(3, { badge: { key: sampleKey(0), achievement: 'Checks', level: 1 } }),
    { field: 'badge.key' },
  ],
];
