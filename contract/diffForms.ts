import type { ContentChange } from './contentDiff.ts';
import { ALONE, diffParts, type DiffedPart } from './diffContent.ts';
import { nameOfFormItem, type FormContent, type FormItem, type FormSection } from './observationForms.ts';

/** What differs between two versions of an observation form, as `diffContent.ts` finds it in pathways. */

/** Members of an item, by the names that its changes are told with: text that is an item's own, and the name of what is pressed. */
function fieldsOfItem(item: FormItem): Readonly<Record<string, unknown>> {
  switch (item.type) {
    case 'look_for':
      return { content: item.text, help: item.help, alignments: item.alignments };
    case 'indicator':
      return { title: item.title, help: item.help, alignments: item.alignments };
    case 'prompt':
      return { question: item.question, help: item.help };
    case 'counter':
      return { name: item.label, measure: item.measure };
    case 'tag':
      return { name: item.label, shortcut: item.shortcut };
  }
}

/** @param names  of the levels, by their keys @param place  the section that it is in */
export function partsOfItem(
  item: FormItem,
  names: Readonly<Record<string, string>>,
  place: string,
): DiffedPart[] {
  const { key, type: kind } = item;
  const label = nameOfFormItem(item);
  const part = { ...ALONE, part: 'item', key, label, kind, place, words: label } as const;
  const own = { ...part, fields: fieldsOfItem(item) };
  if (item.type !== 'indicator') return [own];
  return [
    own,
    ...item.levels.map(({ level, descriptor }): DiffedPart => ({
      ...ALONE,
      part: 'indicator_level',
      key: `${key}/${level}`,
      label: names[level] ?? level,
      within: label,
      place: key,
      fields: { descriptor },
    })),
  ];
}

/** A section without its items. */
export function partOfSection({ key, items: _, ...fields }: FormSection): DiffedPart {
  return { ...ALONE, part: 'section', key, label: fields.title, fields };
}

/** What is the form's own. */
export function partsOfFormHead({
  key,
  sections: _,
  schemaVersion: _version,
  levels,
  ...fields
}: FormContent): DiffedPart[] {
  return [
    { ...ALONE, part: 'form', key, label: fields.title, fields },
    ...levels.map(({ key: level, name }): DiffedPart => ({
      ...ALONE,
      part: 'level',
      key: level,
      label: name,
      fields: { name },
    })),
  ];
}

function partsOfForm(form: FormContent): DiffedPart[] {
  const names = Object.fromEntries(form.levels.map(({ key, name }) => [key, name]));
  return [
    ...partsOfFormHead(form),
    ...form.sections.flatMap((section) => [
      partOfSection(section),
      ...section.items.flatMap((item) => partsOfItem(item, names, section.key)),
    ]),
  ];
}

/** What differs between two versions of one form; nothing exactly where they say the same. */
export function diffForms(before: FormContent, after: FormContent): ContentChange[] {
  return diffParts(partsOfForm(before), partsOfForm(after));
}
