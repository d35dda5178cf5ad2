import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Frame, type Page } from '@playwright/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** The tool's own frame of a page, or the page itself where the tool stands alone. */
function toolFrame(page: Page): Frame {
  return page.frames().find((frame) => /\/app\//.test(frame.url())) ?? page.mainFrame();
}

/** axe finds no violation of WCAG 2.2 A or AA in what the tool shows. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  const frame = toolFrame(page);
  await frame.waitForLoadState('networkidle').catch(() => undefined);
  await frame.evaluate(AXE);
  const violations = await frame.evaluate(async (values): Promise<Violation[]> => {
    const { axe } = window as unknown as {
      axe: { run(context: Document, options: object): Promise<{ violations: Violation[] }> };
    };
    return (await axe.run(document, { runOnly: { type: 'tag', values } })).violations;
  }, RULES);
  const said = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
  );
  expect(said, `axe on ${what}`).toEqual([]);
}
