import type { PathwayContent } from '../../contract/content.ts';
import { lintPathway, PathwayLinter } from '../../contract/lint/pathwayLinter.ts';
import { bundleFigures } from './authoring/bundles.ts';
import { largePathway, MODULES } from './authoring/largePathway.ts';
import { pauseFigures } from './authoring/pauses.ts';
import { atMost, median, type BenchOptions, type Figure } from './figure.ts';

const SETTINGS = { moduleMinutesMax: 240, pathwayMinutesMax: 60_000, evaluativeShareMax: null };

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
function lintFigures({ quick, say }: BenchOptions): Figure[] {
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
  return [
    atMost('lint of a keystroke, as a share of linting all', keystroke / all, 0.1, 'ratio'),
    atMost('lint of a keystroke', keystroke, 16, 'ms'),
  ];
}

/** Writing, publishing and moving the largest pathway. */
export async function runAuthoringBench(options: BenchOptions): Promise<Figure[]> {
  return [...lintFigures(options), ...(await pauseFigures(options)), ...(await bundleFigures(options))];
}
