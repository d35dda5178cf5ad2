import type { PathwayContent } from '../../../contract/content.ts';
import { documentOf } from '../../../contract/richText.ts';
import { samplePathway } from '../../support/sampleContent.ts';

/** As many as a pathway can have. */
export const MODULES = 200;
/** A module's text in the samples has about this many words. */
const WORDS = 500;

/** A pathway as large as one can be, with as much text in each module as a teacher reads in a quarter of an hour. */
export function largePathway(modules = MODULES): PathwayContent {
  const line = 'A check shows what the class can do today, and what tomorrow’s lesson is about.';
  const text = Array.from({ length: Math.round(WORDS / line.split(' ').length) }, () => line).join('\n');
  const content = samplePathway(modules);
  return {
    ...content,
    modules: content.modules.map((module) => ({
      ...module,
      lowTech: documentOf(`${module.title}\n${text}`),
    })),
  };
}
