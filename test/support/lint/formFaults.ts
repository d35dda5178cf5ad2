import type { FindingCode } from '../../../contract/lint/findings.ts';
import type { FormContent } from '../../../contract/observationForms.ts';
import {
  formKey,
  inFormSection,
  sampleForm,
  sampleIndicator,
  sampleLookFor,
  SAMPLE_LEVELS,
  withItem,
} from '../sampleForm.ts';
import type { Place } from './changes.ts';
import { ALIGNMENTS } from './frameworkFaults.ts';

/** A code, what is wrong, a form with this one fault, and where it is found. */
type FormFault = readonly [FindingCode, string, FormContent, Place];

const item = (at: number, field: string | null = null, section = 2): Place => ({
  section: formKey(section),
  item: formKey(section, at),
  field,
});
const tag = (at: number, shortcut: string) =>
  ({ type: 'tag', key: formKey(2, at), label: `Tag ${at}`, shortcut }) as const;
const aligned = (...at: readonly number[]): FormContent =>
  withItem(sampleLookFor(2, 1, { alignments: at.flatMap((one) => ALIGNMENTS[one] ?? []) }));
const named = (version: number): FormContent => {
  const [alignment] = ALIGNMENTS;
  return sampleForm({ framework: { key: alignment?.framework ?? '', title: 'Core', version } });
};

/** An example of each fault of an observation form, also of those that pathways have. */
export const FORM_FAULTS: readonly FormFault[] = [
  ['missing_title', 'a form without a title', sampleForm({ title: ' ' }), { field: 'title' }],
  ['missing_summary', 'a form that says nothing of its use', sampleForm({ purpose: '' }), { field: 'purpose' }],
  ['missing_licence', 'a form without a licence', sampleForm({ licence: '' }), { field: 'licence' }],
  ['missing_attribution', 'a form of nobody', sampleForm({ source: '' }), { field: 'source' }],
  ['unknown_framework', 'a framework version that was never published', named(9), { field: 'framework' }],
  ['newer_framework', 'a framework version that is not the newest', named(1), { field: 'framework' }],
  ['unknown_framework', 'an item of a framework that nobody imported', aligned(4), item(1, 'alignments')],
  ['unknown_alignment', 'an item that was retired', aligned(1), item(1, 'alignments')],
  ['alignment_words', 'an item that was renamed', aligned(0), item(1, 'alignments')],
  ['no_during', 'nothing to observe', inFormSection(2, { phase: 'post' }), { field: 'sections' }],
  ['empty_section', 'a section without items', inFormSection(1, { items: [] }), { section: formKey(1) }],
  ['missing_title', 'a section without a title', inFormSection(1, { title: '' }), { section: formKey(1), field: 'title' }],
  ['unused_before', 'questions before a lesson without a meeting', sampleForm({ preConference: 'none' }), { section: formKey(1), field: 'phase' }],
  ['filled_while_teaching', 'a teacher who writes while teaching', inFormSection(2, { filledBy: 'observed' }), { section: formKey(2), field: 'filledBy' }],
  ['item_out_of_place', 'a tag after the lesson', inFormSection(3, { items: [{ ...tag(1, 'x'), key: formKey(3, 1) }] }), item(1, null, 3)],
  ['missing_shortcut', 'a tag without a key', withItem(tag(1, '')), item(1, 'shortcut')],
  ['repeated_shortcut', 'two tags with one key', inFormSection(2, { items: [tag(1, 'x'), tag(2, 'x')] }, { ratings: false }), item(2, 'shortcut')],
  ['missing_item_text', 'a look-for without words', withItem(sampleLookFor(2, 1, { text: '' })), item(1, 'text')],
  ['missing_question', 'a prompt without a question', withItem({ type: 'prompt', key: formKey(2, 1), question: '', help: '' }), item(1, 'question')],
  ['missing_title', 'a counter without a label', withItem({ type: 'counter', key: formKey(2, 1), label: '', measure: 'seconds' }), item(1, 'label')],
  ['no_indicators', 'ratings of nothing', withItem(sampleLookFor(2, 1), { ratings: true }), { field: 'ratings' }],
  ['too_few_levels', 'ratings without levels', inFormSection(2, { items: [sampleIndicator({ levels: [] })] }, { levels: [] }), { field: 'levels' }],
  ['missing_indicator_level', 'an indicator without descriptors', inFormSection(2, { items: [sampleIndicator({ levels: SAMPLE_LEVELS.map(({ key }) => ({ level: key, descriptor: '' })) })] }), { ...item(2, 'descriptor'), level: 'developing' }],
  ['nothing_to_reflect', 'a reflection that has no place', inFormSection(3, { filledBy: 'observer' }), { field: 'reflectFirst' }],
  ['too_many_items', 'forty look-fors in ten minutes', inFormSection(2, { items: Array.from({ length: 40 }, (_, at) => sampleLookFor(2, at + 1)) }, { minutes: 10, ratings: false }), { field: 'minutes' }],
  ['judging_words', 'a look-for that judges', withItem(sampleLookFor(2, 1, { text: 'Good questions are asked' })), item(1, 'text')],
  ['repeated_key', 'two items with one key', inFormSection(2, { items: [sampleLookFor(2, 1), sampleLookFor(2, 1)] }, { ratings: false }), item(1)],
]; // prettier-ignore
