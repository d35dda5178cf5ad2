import { z } from 'zod';
import { Id } from '../common.ts';
import { LevelKey, StepKey } from '../content.ts';

export const Severity = z.enum(['error', 'warning']);
export type Severity = z.infer<typeof Severity>;

/**
 * Everything that the lint finds, with its severity. An error blocks publishing: something could not be done, judged, read by
 * everybody, or lawfully shown. A warning is a matter of style or of choice, and can be published with a reason.
 *
 * Words for each are in `words/en.json`, with the facts of the finding as ICU arguments.
 */
export const SEVERITY_BY_CODE = {
  // rules
  dead_prerequisite: 'error',
  impossible_count: 'error',
  cycle: 'error',
  unreachable_module: 'error',
  unreachable_completion: 'error',
  completed_from_start: 'error',
  unused_track: 'warning',
  // texts
  missing_title: 'error',
  missing_question: 'error',
  missing_achievement: 'error',
  missing_descriptor: 'error',
  missing_item_text: 'error',
  missing_summary: 'warning',
  empty_text: 'warning',
  empty_checklist: 'warning',
  no_reading: 'warning',
  text_limit: 'error',
  heading_order: 'warning',
  empty_heading: 'warning',
  link_text: 'warning',
  // addresses, files, licences
  missing_address: 'error',
  bad_address: 'error',
  insecure_address: 'warning',
  bad_path: 'error',
  missing_alternative: 'error',
  missing_licence: 'error',
  missing_attribution: 'error',
  // rubric and evidence
  no_criteria: 'error',
  criterion_without_evidence: 'error',
  too_many_kinds: 'error',
  unknown_criterion: 'error',
  no_criterion_named: 'error',
  requirement_without_kinds: 'error',
  word_range: 'warning',
  repeated_code: 'error',
  code_order: 'warning',
  same_descriptor: 'warning',
  no_alignment: 'warning',
  // frameworks
  unknown_framework: 'error',
  newer_framework: 'warning',
  unknown_strand: 'error',
  strand_words: 'warning',
  unknown_alignment: 'error',
  alignment_words: 'warning',
  // exemplars
  unknown_level: 'error',
  repeated_judgement: 'error',
  outcome_contradicted: 'error',
  judgement_missing: 'warning',
  // effort and needs
  module_minutes: 'error',
  pathway_minutes: 'error',
  evaluative_share: 'error',
  no_minutes: 'warning',
  no_low_tech: 'warning',
  // practice and observation
  incomplete_cycle: 'error',
  single_cycle: 'error',
  cycles_elsewhere: 'error',
  no_visit_record: 'warning',
  // reviews by peers
  capstone_for_peers: 'warning',
  badge_by_peers_alone: 'warning',
  // observation forms
  no_during: 'error',
  empty_section: 'error',
  unused_before: 'error',
  filled_while_teaching: 'error',
  item_out_of_place: 'error',
  missing_shortcut: 'error',
  repeated_shortcut: 'error',
  no_indicators: 'error',
  too_few_levels: 'error',
  missing_indicator_level: 'error',
  nothing_to_reflect: 'warning',
  too_many_items: 'warning',
  judging_words: 'warning',
  // keys
  repeated_key: 'error',
} as const satisfies Readonly<Record<string, Severity>>;

export type FindingCode = keyof typeof SEVERITY_BY_CODE;
export const FINDING_CODES = Object.keys(SEVERITY_BY_CODE) as [FindingCode, ...FindingCode[]];

/** A place in a pathway or an observation form, by keys; all null for that itself. Keys stay the same when parts are moved. */
export const FindingPlace = z.strictObject({
  module: Id.nullable(),
  step: StepKey.nullable(),
  block: Id.nullable(),
  /** Of an observation form. */
  section: Id.nullable(),
  /** Of a checklist, or of a section. */
  item: Id.nullable(),
  criterion: Id.nullable(),
  level: LevelKey.nullable(),
  exemplar: Id.nullable(),
  track: Id.nullable(),
  /** Member of the innermost part that was named, such as `title` or `licence.name`; null if the part as a whole is meant. */
  field: z.string().nullable(),
});
export type FindingPlace = z.infer<typeof FindingPlace>;

export const Finding = z.strictObject({
  code: z.enum(FINDING_CODES),
  severity: Severity,
  place: FindingPlace,
  /** For the words. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Finding = z.infer<typeof Finding>;

/** What an institution decides about content. */
export interface LintSettings {
  /** Most minutes of a module and of a pathway; null: no cap. */
  readonly moduleMinutesMax: number | null;
  readonly pathwayMinutesMax: number | null;
  /** Largest share of a pathway's minutes that may be in modules which reviewers judge, in percent; null: no cap. */
  readonly evaluativeShareMax: number | null;
}

/** No caps. */
export const NO_CAPS: LintSettings = {
  moduleMinutesMax: null,
  pathwayMinutesMax: null,
  evaluativeShareMax: null,
};

/** What the lint needs of an institution's settings. */
export function toCaps({
  moduleMinutesMax,
  pathwayMinutesMax,
  evaluativeShareMax,
}: LintSettings): LintSettings {
  return { moduleMinutesMax, pathwayMinutesMax, evaluativeShareMax };
}

const CONTENT_ITSELF: FindingPlace = {
  module: null,
  step: null,
  block: null,
  section: null,
  item: null,
  criterion: null,
  level: null,
  exemplar: null,
  track: null,
  field: null,
};

export type PartialPlace = Partial<FindingPlace>;

/** A finding with the severity of its code. */
export function toFinding(
  code: FindingCode,
  place: PartialPlace = {},
  facts: Finding['facts'] = {},
): Finding {
  return { code, severity: SEVERITY_BY_CODE[code], place: { ...CONTENT_ITSELF, ...place }, facts };
}

/** A finding about each of these fields that is blank. */
export function findBlank(
  code: FindingCode,
  place: PartialPlace,
  fields: Readonly<Record<string, string>>,
): Finding[] {
  return Object.entries(fields)
    .filter(([, text]) => text.trim() === '')
    .map(([field]) => toFinding(code, { ...place, field }, { field }));
}

/** Names a finding as long as it is about the same: by it a reason is kept with the warning that it was given for. */
export function findingId({ code, place }: Pick<Finding, 'code' | 'place'>): string {
  return [code, ...Object.values(FindingPlace.parse(place)).map((part) => part ?? '')].join('/');
}
