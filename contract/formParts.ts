import { z } from 'zod';
import { Id } from './common.ts';
import {
  fitIndicator,
  FORM_SCHEMA_VERSION,
  FormContent,
  FormItem,
  FormSection,
  ITEMS_MAX,
  SECTIONS_MAX,
} from './observationForms.ts';

/** The parts of an observation form's draft: the form's own, a section, an item. See `studioParts.ts`. */

/** Key of the part that holds what is the form's own. */
export const FORM_PART = 'form';

const { schemaVersion: _version, sections: _sections, ...formShape } = FormContent.shape;
export const FormPart = z.strictObject({
  type: z.literal('form'),
  ...formShape,
  sections: z.array(Id).max(SECTIONS_MAX),
});
export type FormPart = z.infer<typeof FormPart>;

export const SectionPart = z.strictObject({
  type: z.literal('section'),
  ...FormSection.shape,
  items: z.array(Id).max(ITEMS_MAX),
});
export type SectionPart = z.infer<typeof SectionPart>;

export const ItemPart = z.strictObject({ type: z.literal('item'), item: FormItem });
export type ItemPart = z.infer<typeof ItemPart>;

/** The parts of a form, the form's own first. */
export function splitForm({
  schemaVersion: _,
  sections,
  ...own
}: FormContent): (FormPart | SectionPart | ItemPart)[] {
  return [
    { type: 'form', ...own, sections: sections.map(({ key }) => key) },
    ...sections.flatMap(({ items, ...section }): (SectionPart | ItemPart)[] => [
      { type: 'section', ...section, items: items.map(({ key }) => key) },
      ...items.map((item): ItemPart => ({ type: 'item', item })),
    ]),
  ];
}

interface AnyPart {
  readonly type: string;
}
const isForm = (part: AnyPart | undefined): part is FormPart => part?.type === 'form';
const isSection = (part: AnyPart | undefined): part is SectionPart => part?.type === 'section';
const isItem = (part: AnyPart | undefined): part is ItemPart => part?.type === 'item';

function assembleSection(
  parts: ReadonlyMap<string, AnyPart>,
  { type: _, items, ...own }: SectionPart,
  levels: FormContent['levels'],
): FormSection {
  const found = [...new Set(items)].map((key) => parts.get(key)).filter(isItem);
  return {
    ...own,
    items: found.map(({ item }) =>
      item.type === 'indicator' ? { ...item, levels: fitIndicator(item, levels) } : item,
    ),
  };
}

/**
 * The form that these parts make, null without the form's own. What is listed and not there is left out, and so is what nobody lists
 * (`assemblePathway`).
 */
export function assembleForm(parts: ReadonlyMap<string, AnyPart>): FormContent | null {
  const head = parts.get(FORM_PART);
  if (!isForm(head)) return null;
  const { type: _, sections, ...own } = head;
  const found = [...new Set(sections)].map((key) => parts.get(key)).filter(isSection);
  return {
    schemaVersion: FORM_SCHEMA_VERSION,
    ...own,
    sections: found.map((section) => assembleSection(parts, section, own.levels)),
  };
}
