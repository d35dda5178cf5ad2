const END = '<!-- prettier-ignore-end -->\n';

/**
 * A page with a table that is generated from the code, between its markers: `<!-- NAME: written by `npm run docs` -->`, with Prettier
 * told to leave it as it is.
 *
 * @param table  its lines, starting with the header
 * @throws {Error} if the page has no such markers
 */
export function withTable(page: string, name: string, table: readonly string[]): string {
  const start = `<!-- ${name}: written by \`npm run docs\` -->\n<!-- prettier-ignore-start -->\n`;
  const [before, rest] = page.split(start);
  if (before === undefined || rest === undefined)
    throw new Error(`the marks of the table "${name}" are lost`);
  const end = rest.indexOf(END);
  if (end < 0) throw new Error(`the table "${name}" has lost its end`);
  return `${before}${start}\n${table.join('\n')}\n\n${rest.slice(end)}`;
}
