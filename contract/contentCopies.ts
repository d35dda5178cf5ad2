import type { PathwayContent } from './content.ts';
import type { FormContent } from './observationForms.ts';

/** Keys that belong to the content itself; those of frameworks, items and achievements of elsewhere are not among them. */
function ownKeys(content: PathwayContent): string[] {
  const { modules, tracks, badge } = content;
  return [
    content.key,
    ...tracks.map(({ key }) => key),
    ...(badge ? [badge.key] : []),
    ...modules.flatMap((module) => [
      module.key,
      ...module.steps.flatMap(({ blocks }) =>
        blocks.flatMap((block) => [
          block.key,
          ...(block.type === 'checklist' ? block.items.map(({ key }) => key) : []),
        ]),
      ),
      ...(module.cycles ? [module.cycles.changed.key] : []),
      ...module.criteria.flatMap(({ key, levels }) => [key, ...levels.map((level) => level.key)]),
      ...module.exemplars.map(({ key }) => key),
    ]),
  ];
}

function replaceKeys(value: unknown, keys: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return keys.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => replaceKeys(one, keys));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replaceKeys(one, keys)]));
}

/** Content with other keys, and with where it comes from. */
function copyWith<C extends PathwayContent | FormContent>(
  content: C,
  own: readonly string[],
  { key, newKey }: { key: string; newKey: () => string },
): C {
  const keys = new Map(own.map((one) => [one, one === content.key ? key : newKey()]));
  const copy = replaceKeys(content, keys) as C;
  const { title, source, licence } = content;
  return { ...copy, source: `Adapted from “${title}” (${source}, ${licence})`.slice(0, 500) };
}

/**
 * A pathway of its own, made from another one: nothing in it has a key of the original, so that work, awards and grade columns of the
 * two never meet. Its source says what it was made from.
 *
 * @param key  of the copy
 * @param newKey  makes a new UUID
 */
export function copyContent(content: PathwayContent, key: string, newKey: () => string): PathwayContent {
  return copyWith(content, ownKeys(content), { key, newKey });
}

/** The same for an observation form, so that notes and answers of the two never meet. */
export function copyForm(form: FormContent, key: string, newKey: () => string): FormContent {
  const inSections = form.sections.flatMap((section) => [
    section.key,
    ...section.items.map((item) => item.key),
  ]);
  return copyWith(form, [form.key, ...inSections], { key, newKey });
}
