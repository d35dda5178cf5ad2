import { findJudgingWords } from '../judgingWords.ts';
import {
  itemsOf,
  nameOfFormItem,
  sectionsOf,
  type FormContent,
  type FormItem,
  type FormSection,
  type Indicator,
} from '../observationForms.ts';
import {
  lintAlignments,
  lintFrameworkVersion,
  NO_FRAMEWORKS_KNOWN,
  type KnownFrameworks,
} from './alignments.ts';
import { findBlank, toFinding, type Finding, type PartialPlace } from './findings.ts';

/** So many items can be answered in any lesson, and one more in each minute beyond. */
const ITEMS_ALWAYS = 10;

function lintTexts({ title, purpose, licence, source }: FormContent): Finding[] {
  return [
    ...findBlank('missing_title', {}, { title }),
    ...findBlank('missing_summary', {}, { purpose }),
    ...findBlank('missing_licence', {}, { licence }),
    ...findBlank('missing_attribution', {}, { source }),
  ];
}

function lintRatings(form: FormContent): Finding[] {
  if (!form.ratings) return [];
  const reflects = sectionsOf(form, 'post').some(({ filledBy }) => filledBy === 'observed');
  return [
    ...(form.levels.length < 2 ? [toFinding('too_few_levels', { field: 'levels' })] : []),
    ...(itemsOf(form, 'indicator').length === 0 ? [toFinding('no_indicators', { field: 'ratings' })] : []),
    ...(form.reflectFirst && !reflects ? [toFinding('nothing_to_reflect', { field: 'reflectFirst' })] : []),
  ];
}

/** Marks, counts and notes take no time of their own; everything that is to be answered does. */
function lintLength(form: FormContent): Finding[] {
  const { minutes } = form;
  const count = sectionsOf(form, 'during')
    .flatMap(({ items }) => items)
    .filter(({ type }) => type !== 'counter' && type !== 'tag').length;
  const max = Math.max(ITEMS_ALWAYS, minutes);
  return count > max ? [toFinding('too_many_items', { field: 'minutes' }, { count, minutes, max })] : [];
}

function lintDescriptors({ ratings, levels }: FormContent, item: Indicator, place: PartialPlace): Finding[] {
  if (!ratings) return [];
  return item.levels
    .filter(({ descriptor }) => descriptor.trim() === '')
    .map(({ level }) => {
      const facts = {
        level: levels.find(({ key }) => key === level)?.name ?? level,
        indicator: item.title,
      };
      return toFinding('missing_indicator_level', { ...place, level, field: 'descriptor' }, facts);
    });
}

/** What an observer answers names what can be seen or heard. Indicators are titles of a part of practice, and may be anything. */
function lintName(item: FormItem, place: PartialPlace): Finding[] {
  const judging = (field: string): Finding[] =>
    findJudgingWords(nameOfFormItem(item))
      .slice(0, 1)
      .map(({ word }) => toFinding('judging_words', { ...place, field }, { word }));
  switch (item.type) {
    case 'look_for':
      return [...findBlank('missing_item_text', place, { text: item.text }), ...judging('text')];
    case 'indicator':
      return findBlank('missing_title', place, { title: item.title });
    case 'prompt':
      return findBlank('missing_question', place, { question: item.question });
    case 'counter':
    case 'tag':
      return [...findBlank('missing_title', place, { label: item.label }), ...judging('label')];
  }
}

function lintItem(
  form: FormContent,
  section: FormSection,
  item: FormItem,
  known: KnownFrameworks,
): Finding[] {
  const place = { section: section.key, item: item.key };
  const found = lintName(item, place);
  if (item.type === 'tag' && item.shortcut === '')
    found.push(toFinding('missing_shortcut', { ...place, field: 'shortcut' }));
  if ((item.type === 'tag' || item.type === 'counter') && section.phase !== 'during')
    found.push(toFinding('item_out_of_place', place, { type: item.type }));
  if (item.type === 'indicator') found.push(...lintDescriptors(form, item, place));
  if (item.type === 'indicator' || item.type === 'look_for') {
    const { alignments } = item;
    const aligned = { place, what: 'item' as const, code: nameOfFormItem(item), alignments };
    found.push(...lintAlignments(form, aligned, known));
  }
  return found;
}

function lintSection(form: FormContent, section: FormSection, known: KnownFrameworks): Finding[] {
  const { key, title, phase, filledBy, items } = section;
  const place = { section: key };
  const found = findBlank('missing_title', place, { title });
  if (items.length === 0) found.push(toFinding('empty_section', place));
  if (phase === 'pre' && form.preConference === 'none')
    found.push(toFinding('unused_before', { ...place, field: 'phase' }));
  if (phase === 'during' && filledBy !== 'observer' && form.setting !== 'video')
    found.push(toFinding('filled_while_teaching', { ...place, field: 'filledBy' }));
  return [...found, ...items.flatMap((item) => lintItem(form, section, item, known))];
}

function lintShortcuts(form: FormContent): Finding[] {
  const first = new Map<string, string>();
  return form.sections.flatMap((section) =>
    section.items.flatMap((item): Finding[] => {
      if (item.type !== 'tag' || item.shortcut === '') return [];
      const { key, label, shortcut } = item;
      const other = first.get(shortcut);
      if (other === undefined) {
        first.set(shortcut, label);
        return [];
      }
      const place = { section: section.key, item: key, field: 'shortcut' };
      return [toFinding('repeated_shortcut', place, { label: other, shortcut })];
    }),
  );
}

function lintKeys({ key, sections }: FormContent): Finding[] {
  const seen = new Set<string>([key]);
  const placed = sections.flatMap((section) => [
    { key: section.key, place: { section: section.key } },
    ...section.items.map((item) => ({ key: item.key, place: { section: section.key, item: item.key } })),
  ]);
  return placed.flatMap(({ key: one, place }) => {
    if (seen.has(one)) return [toFinding('repeated_key', place, { key: one })];
    seen.add(one);
    return [];
  });
}

/**
 * Whether an observation form is fit to be published: the same for studio, server and command line.
 *
 * @param known  the frameworks that alignments are checked against; without, they are not checked
 * @returns errors and warnings, about the form first and then section by section; none if nothing was found
 */
export function lintForm(form: FormContent, known: KnownFrameworks = NO_FRAMEWORKS_KNOWN): Finding[] {
  return [
    ...lintTexts(form),
    ...lintFrameworkVersion(form, 'form', known),
    ...(sectionsOf(form, 'during').length === 0 ? [toFinding('no_during', { field: 'sections' })] : []),
    ...lintRatings(form),
    ...lintLength(form),
    ...lintKeys(form),
    ...lintShortcuts(form),
    ...form.sections.flatMap((section) => lintSection(form, section, known)),
  ];
}
