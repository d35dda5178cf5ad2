/** Between the cells of a row. */
const BETWEEN = ' | ';
const BLOCKS = 'p, div, h1, h2, h3, h4, h5, h6, ul, ol, blockquote, pre';

const textOf = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

/** Its blocks, if it has more than one line: lists and paragraphs then stay what they are. */
function isLong(cell: Element): boolean {
  if (cell.querySelector('ul, ol, blockquote, pre, h1, h2, h3, h4, h5, h6')) return true;
  return [...cell.querySelectorAll(BLOCKS)].filter((block) => textOf(block) !== '').length > 1;
}

/** The content of a one-line cell, without the paragraph around it. */
function inlineOf(cell: Element): Node[] {
  for (const block of cell.querySelectorAll(BLOCKS)) block.replaceWith(...block.childNodes);
  return [...cell.childNodes];
}

function blocksOf(cell: Element): Node[] {
  const box = cell.ownerDocument.createElement('div');
  box.append(...cell.childNodes);
  return [box];
}

function rowOf(row: Element): Node[] {
  const cells = [...row.children].filter((cell) => cell.matches('td, th'));
  if (cells.every((cell) => textOf(cell) === '')) return [];
  if (cells.length === 1 || cells.some(isLong)) {
    return cells.filter((cell) => textOf(cell) !== '').flatMap(blocksOf);
  }
  const line = row.ownerDocument.createElement('p');
  cells.forEach((cell, index) => {
    if (index > 0) line.append(BETWEEN);
    line.append(...inlineOf(cell));
  });
  return [line];
}

/**
 * A text has no tables: each row becomes a line of its own with its cells clearly separated or, if a cell contains a list or
 * several paragraphs, its cells one after the other. The innermost tables come first.
 */
export function unrollTables(body: Element): void {
  for (const table of [...body.querySelectorAll('table')].reverse()) {
    const rows = [...table.querySelectorAll('tr')].flatMap(rowOf);
    const captions = [...table.querySelectorAll('caption')].flatMap(blocksOf);
    table.replaceWith(...captions, ...rows);
  }
}
