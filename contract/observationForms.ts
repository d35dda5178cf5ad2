import { z } from 'zod';
import { Id, Title } from './common.ts';
import { Alignment, FrameworkRef, Level, LevelKey, Line } from './content.ts';

/**
 * Observation forms: what an observer looks for and what both people write before, during and after a lesson. As with pathways these
 * shapes say what a form can hold; whether it is fit to be published says the lint (`lint/formLinter.ts`).
 */
export const FORM_SCHEMA_VERSION = 1;

/** Most sections of a form, and most items of a section. */
export const SECTIONS_MAX = 20;
export const ITEMS_MAX = 60;
const INDICATOR_LEVELS_MAX = 6;

const help = z.string().max(1000);
const alignments = z.array(Alignment).max(20);

/** Something that was there, was not, or could not be seen. */
export const LookFor = z.strictObject({
  type: z.literal('look_for'),
  key: Id,
  text: Line(500),
  help,
  alignments,
});
export type LookFor = z.infer<typeof LookFor>;

const IndicatorLevel = z.strictObject({ level: LevelKey, descriptor: z.string().max(1000) });
export type IndicatorLevel = z.infer<typeof IndicatorLevel>;

/** A part of practice that evidence is gathered for. If the form has ratings, it is rated by its descriptors. */
export const Indicator = z.strictObject({
  type: z.literal('indicator'),
  key: Id,
  title: Line(255),
  help,
  alignments,
  /** One for each level of the form, low to high. */
  levels: z.array(IndicatorLevel).max(INDICATOR_LEVELS_MAX),
});
export type Indicator = z.infer<typeof Indicator>;

/** Something that is counted, or timed with start and stop. */
export const Counter = z.strictObject({
  type: z.literal('counter'),
  key: Id,
  label: Line(60),
  measure: z.enum(['times', 'seconds']),
});
export type Counter = z.infer<typeof Counter>;

/** A mark for a moment or a note, set by one key of the keyboard. */
export const Tag = z.strictObject({
  type: z.literal('tag'),
  key: Id,
  label: Line(60),
  /** Lower case; empty while none is chosen. */
  shortcut: z.string().regex(/^[a-z0-9]?$/),
});
export type Tag = z.infer<typeof Tag>;

/** A question that is answered in writing. */
export const FormPrompt = z.strictObject({
  type: z.literal('prompt'),
  key: Id,
  question: Line(500),
  help,
});
export type FormPrompt = z.infer<typeof FormPrompt>;

export const FormItem = z.discriminatedUnion('type', [LookFor, Indicator, Counter, Tag, FormPrompt]);
export type FormItem = z.infer<typeof FormItem>;
export const FORM_ITEM_TYPES = ['look_for', 'indicator', 'counter', 'tag', 'prompt'] as const;
export type FormItemType = (typeof FORM_ITEM_TYPES)[number];

/** Before the lesson, while it is seen, and afterwards. */
const PHASES = ['pre', 'during', 'post'] as const;
export const Phase = z.enum(PHASES);
export type Phase = z.infer<typeof Phase>;

/** Who writes in a section; `together` is both, in one text. */
const FilledBy = z.enum(['observed', 'observer', 'together']);

export const FormSection = z.strictObject({
  key: Id,
  phase: Phase,
  title: Line(255),
  filledBy: FilledBy,
  items: z.array(FormItem).max(ITEMS_MAX),
});
export type FormSection = z.infer<typeof FormSection>;

const unique = (keys: readonly string[]): boolean => new Set(keys).size === keys.length;

/** A form as written in `content/observation-forms/<slug>.json` and as published. */
export const FormContent = z
  .strictObject({
    schemaVersion: z.literal(FORM_SCHEMA_VERSION),
    key: Id,
    slug: z.string().regex(/^[a-z0-9-]{3,60}$/),
    title: Line(255),
    /** When to choose it, and what it is good for. */
    purpose: z.string().max(1000),
    setting: z.enum(['visit', 'video', 'either']),
    /** How long is observed, as planned. */
    minutes: z.number().int().min(1).max(300),
    /** Whether both meet before the lesson. `none`: there is no such step, as for a short walkthrough. */
    preConference: z.enum(['needed', 'optional', 'none']),
    ratings: z.boolean(),
    /** The observed teacher writes what they think themselves before they see ratings. Means nothing without ratings. */
    reflectFirst: z.boolean(),
    framework: FrameworkRef.nullable(),
    /** Of its indicators, low to high. Observing has no pass mark, so none is marked as enough. */
    levels: z.array(Level).max(INDICATOR_LEVELS_MAX),
    licence: Line(120),
    source: Line(500),
    sections: z.array(FormSection).max(SECTIONS_MAX),
  })
  .refine(({ levels }) => unique(levels.map(({ key }) => key)), {
    message: 'Each level needs a key of its own.',
    path: ['levels'],
  })
  .refine(
    ({ levels, sections }) =>
      sections.every(({ items }) =>
        items.every(
          (item) =>
            item.type !== 'indicator' ||
            (item.levels.length === levels.length &&
              item.levels.every(({ level }, at) => level === levels[at]?.key)),
        ),
      ),
    { message: 'Each indicator describes the levels of the form, low to high.', path: ['sections'] },
  );
export type FormContent = z.infer<typeof FormContent>;

/** A published version of a form: what an observation is frozen on when it begins. */
export const FormRef = z.strictObject({ key: Id, title: Title, version: z.number().int().min(1) });
export type FormRef = z.infer<typeof FormRef>;

type WithSections = Pick<FormContent, 'sections'>;

/** The sections of one phase, in the order of the form. */
export function sectionsOf({ sections }: WithSections, phase: Phase): FormSection[] {
  return sections.filter((section) => section.phase === phase);
}

/** All sections in the order in which they are filled: by phase, and within one in the order of the form. */
export function sectionsInOrder(form: WithSections): FormSection[] {
  return PHASES.flatMap((phase) => sectionsOf(form, phase));
}

/** The items of one type, in the order in which they are filled. */
export function itemsOf<T extends FormItemType>(
  form: WithSections,
  type: T,
): Extract<FormItem, { type: T }>[] {
  const isOf = (item: FormItem): item is Extract<FormItem, { type: T }> => item.type === type;
  return sectionsInOrder(form).flatMap(({ items }) => items.filter(isOf));
}

/** An item with its section; null if the form has none with this key. */
export function findItem(form: WithSections, key: string): { section: FormSection; item: FormItem } | null {
  for (const section of form.sections) {
    const item = section.items.find((one) => one.key === key);
    if (item) return { section, item };
  }
  return null;
}

/** The tag that a key of the keyboard sets, in either case; null if it sets none. */
export function findTag(form: WithSections, pressed: string): Tag | null {
  const shortcut = pressed.toLowerCase();
  return itemsOf(form, 'tag').find((tag) => tag.shortcut !== '' && tag.shortcut === shortcut) ?? null;
}

/** What people know an item by; empty if it was not written yet. */
export function nameOfFormItem(item: FormItem): string {
  switch (item.type) {
    case 'look_for':
      return item.text;
    case 'indicator':
      return item.title;
    case 'counter':
    case 'tag':
      return item.label;
    case 'prompt':
      return item.question;
  }
}

/** Whether somebody may write in a section; `role` is theirs in the observation. In a video of oneself one person is both. */
export function mayFill({ filledBy }: Pick<FormSection, 'filledBy'>, role: 'observed' | 'observer'): boolean {
  return filledBy === 'together' || filledBy === role;
}

/** The descriptors of an indicator for the levels that the form has now; one that was never written is empty. */
export function fitIndicator(
  { levels: written }: Pick<Indicator, 'levels'>,
  levels: FormContent['levels'],
): IndicatorLevel[] {
  return levels.map(
    ({ key }) => written.find(({ level }) => level === key) ?? { level: key, descriptor: '' },
  );
}
