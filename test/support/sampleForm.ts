import type {
  FormContent,
  FormItem,
  FormSection,
  Indicator,
  LookFor,
} from '../../contract/observationForms.ts';
import { sampleKey } from './sampleContent.ts';

/** A key of the sample form: the same on every run. */
export const formKey = (section: number, item = 0): string => sampleKey(700 + section, item);

export const SAMPLE_LEVELS: FormContent['levels'] = ['beginning', 'developing', 'established'].map((key) => ({
  key,
  name: key.toUpperCase(),
}));

export function sampleLookFor(section: number, item: number, changes: Partial<LookFor> = {}): LookFor {
  return {
    type: 'look_for',
    key: formKey(section, item),
    text: `Pupils do thing ${item}`,
    help: '',
    alignments: [],
    ...changes,
  };
}

export function sampleIndicator(changes: Partial<Indicator> = {}): Indicator {
  return {
    type: 'indicator',
    key: formKey(2, 2),
    title: 'Pupils explain their thinking',
    help: '',
    alignments: [],
    levels: SAMPLE_LEVELS.map(({ key }) => ({ level: key, descriptor: `What somebody sees at ${key}` })),
    ...changes,
  };
}

const SECTIONS: readonly FormSection[] = [
  {
    key: formKey(1),
    phase: 'pre',
    title: 'Before the lesson',
    filledBy: 'together',
    items: [{ type: 'prompt', key: formKey(1, 1), question: 'What is the lesson for?', help: '' }],
  },
  {
    key: formKey(2),
    phase: 'during',
    title: 'While you watch',
    filledBy: 'observer',
    items: [
      sampleLookFor(2, 1),
      sampleIndicator(),
      { type: 'counter', key: formKey(2, 3), label: 'Pupil talks', measure: 'times' },
      { type: 'tag', key: formKey(2, 4), label: 'Question', shortcut: 'q' },
      { type: 'tag', key: formKey(2, 5), label: 'Device in use', shortcut: 'd' },
    ],
  },
  {
    key: formKey(3),
    phase: 'post',
    title: 'What I saw myself',
    filledBy: 'observed',
    items: [{ type: 'prompt', key: formKey(3, 1), question: 'What surprised you?', help: '' }],
  },
];

/** A form with every kind of item, in which the lint finds nothing. */
export function sampleForm(changes: Partial<FormContent> = {}): FormContent {
  return {
    schemaVersion: 1,
    key: formKey(0),
    slug: 'sample-form',
    title: 'Sample form',
    purpose: 'For tests.',
    setting: 'visit',
    minutes: 30,
    preConference: 'optional',
    ratings: true,
    reflectFirst: true,
    framework: null,
    levels: SAMPLE_LEVELS,
    licence: 'CC BY 4.0',
    source: 'Written for this test',
    sections: [...SECTIONS],
    ...changes,
  };
}

/** The sample with one section changed; sections count from 1. */
export function inFormSection(
  section: number,
  changes: Partial<FormSection>,
  form: Partial<FormContent> = {},
): FormContent {
  const sections = SECTIONS.map((one) => (one.key === formKey(section) ? { ...one, ...changes } : one));
  return sampleForm({ sections, ...form });
}

/** The sample with one item in place of what is observed. */
export function withItem(item: FormItem, form: Partial<FormContent> = {}): FormContent {
  return inFormSection(2, { items: [item] }, { ratings: false, ...form });
}
