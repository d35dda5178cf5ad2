import { IntlMessageFormat } from 'intl-messageformat';
import type { PathwayContent } from '../../contract/content.ts';
import type { Finding, FindingPlace } from '../../contract/lint/findings.ts';
import type { FormContent } from '../../contract/observationForms.ts';
import words from '../../contract/lint/words/en.json' with { type: 'json' };

/** What was found, in English: one or two sentences. */
export function findingText({ code, facts }: Finding): string {
  return String(new IntlMessageFormat(words[code], 'en').format(facts));
}

interface Keyed {
  readonly key: string;
}

/** `name.3` for the part with that key; nothing if there is none. */
function indexOf(name: string, parts: readonly Keyed[] | undefined, key: string | null): string[] {
  const at = key === null || !parts ? -1 : parts.findIndex((part) => part.key === key);
  return at < 0 ? [] : [`${name}.${at}`];
}

/** Where it was found, as a path in `pathway.json`: `modules.1.criteria.0.title`; empty for the pathway itself. */
export function findingPath(content: PathwayContent, place: FindingPlace): string {
  const module = content.modules.find(({ key }) => key === place.module);
  const step = module?.steps.find(({ key }) => key === place.step);
  const block = step?.blocks.find(({ key }) => key === place.block);
  const criterion = module?.criteria.find(({ key }) => key === place.criterion);
  const levels = criterion?.levels.map(({ level }) => ({ key: level }));
  const exemplar = module?.exemplars.find(({ key }) => key === place.exemplar);
  const judgements = exemplar?.criteria.map((judged) => ({ key: judged.criterion }));
  return [
    ...indexOf('tracks', content.tracks, place.track),
    ...indexOf('modules', content.modules, place.module),
    ...indexOf('steps', module?.steps, place.step),
    ...indexOf('blocks', step?.blocks, place.block),
    ...indexOf('items', block?.type === 'checklist' ? block.items : [], place.item),
    ...indexOf('exemplars', module?.exemplars, place.exemplar),
    ...indexOf('criteria', exemplar ? judgements : module?.criteria, place.criterion),
    ...indexOf('levels', levels, place.level),
    ...(place.field === null ? [] : [place.field]),
  ].join('.');
}

/** The same in a form: `sections.1.items.0.text`. */
export function formFindingPath({ sections }: FormContent, place: FindingPlace): string {
  const section = sections.find(({ key }) => key === place.section);
  const item = section?.items.find(({ key }) => key === place.item);
  const levels = item?.type === 'indicator' ? item.levels.map(({ level }) => ({ key: level })) : [];
  return [
    ...indexOf('sections', sections, place.section),
    ...indexOf('items', section?.items, place.item),
    ...indexOf('levels', levels, place.level),
    ...(place.field === null ? [] : [place.field]),
  ].join('.');
}
