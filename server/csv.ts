/** Tables as CSV files (RFC 4180). */

/** A cell that a spreadsheet treats as text: anything that starts like a formula gets a leading apostrophe. */
function cell(value: string | number | null): string {
  if (typeof value === 'number') return String(value);
  const text = value ?? '';
  // one that has an apostrophe already gets another, so that reading it takes off exactly one
  const safe = /^'*[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of a cell that `writeTable` wrote. */
export function readCell(text: string): string {
  return /^'+[=+\-@\t\r]/u.test(text) ? text.slice(1) : text;
}

/** Writes a table that spreadsheets open as what it is, and run nothing of. */
export function writeTable(rows: readonly (readonly (string | number | null)[])[]): string {
  // the byte order mark tells Excel that it is UTF-8
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}
