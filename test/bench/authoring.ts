import type { PathwayContent } from '../../contract/content.ts';
import { lintPathway, PathwayLinter } from '../../contract/lint/pathwayLinter.ts';
import { documentOf } from '../../contract/richText.ts';
import { samplePathway } from '../support/sampleContent.ts';
import { atMost, median, type BenchOptions, type Figure } from './figure.ts';

const MODULES = 200;
const SETTINGS = { moduleMinutesMax: 240, pathwayMinutesMax: 60_000 };
/** A module's text in the samples has about this many words. */
const WORDS = 500;

/** A pathway as large as one can be, with as much text in each module as a teacher reads in a quarter of an hour. */
function largePathway(): PathwayContent {
  const line = 'A check shows what the class can do today, and what tomorrow’s lesson is about.';
  const text = Array.from({ length: Math.round(WORDS / line.split(' ').length) }, () => line).join('\n');
  const content = samplePathway(MODULES);
  return {
    ...content,
    modules: content.modules.map((module) => ({
      ...module,
      lowTech: documentOf(`${module.title}\n${text}`),
    })),
  };
}

/** The draft after one more character in one of its modules; all others are the same objects. */
function typed(content: PathwayContent, at: number): PathwayContent {
  const modules = [...content.modules];
  const module = modules[at];
  if (module) modules[at] = { ...module, summary: `${module.summary}.`.slice(-400) };
  return { ...content, modules };
}

function timed(task: () => void): number {
  const from = performance.now();
  task();
  return performance.now() - from;
}

/**
 * What a keystroke's lint costs of linting everything, in the largest pathway. The lint is pure: nothing else is running, and the
 * medians of many runs are compared.
 */
export function runAuthoringBench({ quick, say }: BenchOptions): Promise<Figure[]> {
  const runs = quick ? 20 : 200;
  let draft = largePathway();
  const linter = new PathwayLinter(SETTINGS);
  linter.lint(draft);
  const whole: number[] = [];
  const keystrokes: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    draft = typed(draft, run % MODULES);
    keystrokes.push(timed(() => linter.lint(draft)));
    whole.push(timed(() => lintPathway(draft, SETTINGS)));
  }
  const [keystroke, all] = [median(keystrokes), median(whole)];
  say(`lint of ${MODULES} modules: ${all.toFixed(2)} ms; of a keystroke: ${keystroke.toFixed(2)} ms`);
  return Promise.resolve([
    atMost('lint of a keystroke, as a share of linting all', keystroke / all, 0.1, 'ratio'),
    atMost('lint of a keystroke', keystroke, 16, 'ms'),
  ]);
}
