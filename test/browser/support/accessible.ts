import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Frame, type Page } from '@playwright/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ALL_RULES = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
/** What the size of the window changes where it changes nothing in the document. */
const LAYOUT_RULES = {
  type: 'rule',
  values: ['color-contrast', 'scrollable-region-focusable', 'target-size'],
};

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** The tool's own frame of a page, or the page itself where the tool stands alone. */
function toolFrame(page: Page): Frame {
  return page.frames().find((frame) => /\/app\//.test(frame.url())) ?? page.mainFrame();
}

/** The page is there: its texts, its fonts, what it loads by itself, and nothing of it is moving any more. */
async function isSettled(frame: Frame): Promise<void> {
  await frame.waitForFunction(
    () =>
      document.fonts.status === 'loaded' &&
      !document.querySelector('.wm-skeleton, [aria-busy=true]') &&
      // what goes on for longer is no transition
      document
        .getAnimations()
        .every(
          ({ playState, effect }) =>
            playState !== 'running' || Number(effect?.getComputedTiming().endTime) > 2_000,
        ),
  );
}

/**
 * axe finds no violation of WCAG 2.2 A or AA in what the tool shows.
 *
 * @param resized  the same state, looked at in full before, in a window of another height: only what that changes is looked at
 */
export async function expectAccessible(page: Page, what: string, { resized = false } = {}): Promise<void> {
  const frame = toolFrame(page);
  await isSettled(frame);
  if (!(await frame.evaluate(() => 'axe' in window))) await frame.evaluate(AXE);
  const violations = await frame.evaluate(
    async (runOnly): Promise<Violation[]> => {
      const { axe } = window as unknown as {
        axe: { run(context: Document, options: object): Promise<{ violations: Violation[] }> };
      };
      return (await axe.run(document, { runOnly, resultTypes: ['violations'] })).violations;
    },
    resized ? LAYOUT_RULES : ALL_RULES,
  );
  const said = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
  );
  expect(said, `axe on ${what}`).toEqual([]);
}
