import type { Frame, Page } from '@playwright/test';

/** Widths at which paper is tried, in CSS pixels: a phone's own, A4 upright within its margins, A4 on its side. */
export const PAPER_WIDTHS = [390, 658, 1000] as const;

/**
 * The texts that a page prints at this width, in their order, with what styles add; each text of an element is one entry. What is
 * hidden, clipped away or transparent is not there.
 */
export async function listPrintedTexts(page: Page, frame: Frame, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 1000 });
  await page.emulateMedia({ media: 'print' });
  return frame.evaluate(() => {
    const isShown = (element: Element): boolean => {
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
      for (let at: Element | null = element; at; at = at.parentElement) {
        const { clipPath, clip, position } = getComputedStyle(at);
        if (clipPath === 'inset(50%)' || (position === 'absolute' && clip !== 'auto')) return false;
      }
      return true;
    };
    const added = (element: Element, at: '::before' | '::after'): string[] => {
      const { content, display } = getComputedStyle(element, at);
      if (display === 'none' || !content.includes('"')) return [];
      return [content.replace(/^"|"$/g, '').replace(/" "|"\s*\)/g, '')];
    };
    const textsOf = (node: Node): string[] => {
      if (node instanceof Text) {
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getClientRects().length > 0 ? [node.data] : [];
      }
      if (!(node instanceof Element) || !isShown(node)) return [];
      return [
        ...added(node, '::before'),
        ...[...node.childNodes].flatMap(textsOf),
        ...added(node, '::after'),
      ];
    };
    return textsOf(document.body)
      .map((text) => text.replace(/\s+/g, ' ').trim())
      .filter((text) => /[\p{L}\p{N}]/u.test(text));
  });
}

/** How many sheets of A4 a page takes. The tool has to be the whole page. */
export async function sheetsOf(page: Page): Promise<number> {
  const pdf = await page.pdf({ format: 'A4' });
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}
