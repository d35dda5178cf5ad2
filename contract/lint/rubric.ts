import { isAtLeastMeets, rankOf, type Criterion, type Exemplar, type ModuleContent } from '../content.ts';
import { findBlank, toFinding, type Finding, type PartialPlace } from './findings.ts';
import { hasWords, TextLint } from './richText.ts';

/** A prompt or requirement, with the kinds of evidence that it lets somebody hand in. */
interface Asking {
  readonly place: PartialPlace;
  readonly kinds: readonly string[];
  readonly criteria: readonly string[];
}

function askingsOf({ key: module, steps, cycles }: ModuleContent): Asking[] {
  const place = { module, field: 'cycles.changed.criteria' };
  const between = cycles ? [{ place, kinds: ['reflection'], criteria: cycles.changed.criteria }] : [];
  const ofSteps = steps.flatMap((step) =>
    step.blocks.flatMap((block): Asking[] => {
      const place = { module, step: step.key, block: block.key, field: 'criteria' };
      if (block.type === 'prompt') return [{ place, kinds: ['reflection'], criteria: block.criteria }];
      return block.type === 'requirement' ? [{ place, kinds: block.kinds, criteria: block.criteria }] : [];
    }),
  );
  return [...between, ...ofSteps];
}

function lintAsking({ place, criteria }: Asking, known: ReadonlySet<string>): Finding[] {
  if (criteria.length === 0) return [toFinding('no_criterion_named', place)];
  return criteria
    .filter((criterion) => !known.has(criterion))
    .map((criterion) => toFinding('unknown_criterion', place, { criterion }));
}

function lintEvidence(criterion: Criterion, askings: readonly Asking[], place: PartialPlace): Finding[] {
  const { key, code, kindsNeeded } = criterion;
  const speaking = askings.filter(({ criteria }) => criteria.includes(key));
  if (speaking.length === 0) return [toFinding('criterion_without_evidence', place, { code })];
  const possible = new Set(speaking.flatMap(({ kinds }) => kinds)).size;
  if (kindsNeeded <= possible) return [];
  const facts = { code, needed: kindsNeeded, possible };
  return [toFinding('too_many_kinds', { ...place, field: 'kindsNeeded' }, facts)];
}

/** Names of levels by their keys. */
type LevelNames = ReadonlyMap<string, string>;

function lintDescriptors({ code, levels }: Criterion, names: LevelNames, place: PartialPlace): Finding[] {
  const seen = new Map<string, string>();
  return levels.flatMap(({ level, descriptor }): Finding[] => {
    const at = { ...place, level, field: 'descriptor' };
    const name = names.get(level) ?? level;
    const words = descriptor.trim();
    if (words === '') return [toFinding('missing_descriptor', at, { code, level: name })];
    const other = seen.get(words);
    seen.set(words, name);
    return other === undefined ? [] : [toFinding('same_descriptor', at, { code, level: name, other })];
  });
}

function lintCodes(module: string, criteria: readonly Criterion[]): Finding[] {
  const codes = criteria.map(({ code }) => code);
  const repeated = criteria
    .filter(({ code }, at) => codes.indexOf(code) < at)
    .map(({ key, code }) => toFinding('repeated_code', { module, criterion: key, field: 'code' }, { code }));
  if (repeated.length > 0) return repeated;
  const at = codes.findIndex((code, index) => code !== String.fromCharCode(65 + index));
  const first = criteria[at];
  if (!first) return [];
  const facts = { code: first.code, expected: String.fromCharCode(65 + at) };
  return [toFinding('code_order', { module, criterion: first.key, field: 'code' }, facts)];
}

/** What is wrong with the criteria of a module and with what is asked for as evidence. */
export function lintRubric(module: ModuleContent): Finding[] {
  const { key, criteria, scale } = module;
  if (criteria.length === 0) return [toFinding('no_criteria', { module: key, field: 'criteria' })];
  const askings = askingsOf(module);
  const known = new Set(criteria.map((criterion) => criterion.key));
  const names: LevelNames = new Map(scale.levels.map((level) => [level.key, level.name]));
  return [
    ...askings.flatMap((asking) => lintAsking(asking, known)),
    ...lintCodes(key, criteria),
    ...criteria.flatMap((criterion) => {
      const place = { module: key, criterion: criterion.key };
      return [
        ...findBlank('missing_title', place, { title: criterion.title }),
        ...lintEvidence(criterion, askings, place),
        ...lintDescriptors(criterion, names, place),
      ];
    }),
  ];
}

/** Criteria that are aligned to nothing, in a pathway that has a framework. */
export function lintAlignments({ key: module, criteria }: ModuleContent): Finding[] {
  return criteria
    .filter(({ alignments }) => alignments.length === 0)
    .map(({ key, code }) =>
      toFinding('no_alignment', { module, criterion: key, field: 'alignments' }, { code }),
    );
}

function lintJudgements(module: ModuleContent, exemplar: Exemplar, place: PartialPlace): Finding[] {
  const { scale, criteria } = module;
  const byKey = new Map(criteria.map((criterion) => [criterion.key, criterion]));
  const seen = new Set<string>();
  const found = exemplar.criteria.flatMap(({ criterion, level }): Finding[] => {
    const at = { ...place, criterion, field: 'criterion' };
    const known = byKey.get(criterion);
    if (!known) return [toFinding('unknown_criterion', at, { criterion })];
    if (seen.has(criterion)) return [toFinding('repeated_judgement', at, { code: known.code })];
    seen.add(criterion);
    if (rankOf(scale, level) > 0) return [];
    return [toFinding('unknown_level', { ...at, field: 'level' }, { code: known.code, level })];
  });
  const missing = criteria.filter(({ key }) => !seen.has(key));
  return [
    ...found,
    ...missing.map(({ key, code }) => toFinding('judgement_missing', { ...place, criterion: key }, { code })),
  ];
}

/** An example that was approved although a criterion is below the needed level, or returned although none is. */
function lintOutcome(
  { scale }: ModuleContent,
  { outcome, criteria }: Exemplar,
  place: PartialPlace,
): Finding[] {
  const known = criteria.filter(({ level }) => rankOf(scale, level) > 0);
  if (known.length < criteria.length || known.length === 0) return [];
  const enough = known.every(({ level }) => isAtLeastMeets(scale, level));
  if (enough === (outcome === 'approved')) return [];
  const needed = scale.levels.find(({ key }) => key === scale.meets)?.name ?? scale.meets;
  return [toFinding('outcome_contradicted', { ...place, field: 'outcome' }, { outcome, level: needed })];
}

/** What is wrong with the exemplars of a module. */
export function lintExemplars(module: ModuleContent): Finding[] {
  return module.exemplars.flatMap((exemplar) => {
    const place = { module: module.key, exemplar: exemplar.key };
    const content = { ...place, field: 'content' };
    return [
      ...findBlank('missing_title', place, { title: exemplar.title }),
      ...(hasWords(exemplar.content)
        ? new TextLint().lint(exemplar.content, content)
        : [toFinding('empty_text', content)]),
      ...lintJudgements(module, exemplar, place),
      ...lintOutcome(module, exemplar, place),
    ];
  });
}
