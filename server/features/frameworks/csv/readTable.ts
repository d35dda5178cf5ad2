import { CsvError, parse } from 'csv-parse/sync';
import type { ImportFault } from '../../../../contract/frameworks.ts';
import { readCell } from '../../../csv.ts';
import { fileFault, readUtf8 } from '../readBytes.ts';
import { COLUMNS, type Column } from './columns.ts';

/** A row that has a cell in every column of the table. */
export interface Row {
  /** Place in the table as a spreadsheet counts; the header is 1. */
  row: number;
  cells: Partial<Record<Column, string>>;
}

export interface Table {
  rows: Row[];
  faults: ImportFault[];
}

/** Longest row, in bytes: a quote that is never closed does not make one row of the whole file. */
const ROW_MAX_BYTES = 256 * 1024;

const PARSE_FAULTS: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quotation mark is opened here and never closed. Close it, or double it if it is text.',
  CSV_INVALID_CLOSING_QUOTE: 'A quotation mark stands in the middle of a cell. Double it: "" is one in the text.',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'Something follows a closing quotation mark. Double quotation marks in the text.',
  CSV_MAX_RECORD_SIZE: 'This row is too long. Look for a quotation mark that is never closed.',
}; // prettier-ignore

/** Spreadsheets write semicolons where the comma is a decimal sign, and tabs where a table is copied. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/[\r\n]/, 1);
  const counts = [',', ';', '\t'].map((delimiter) => [delimiter, header.split(delimiter).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

function parseRecords(text: string): { records: string[][]; fault?: undefined } | { fault: ImportFault } {
  const records: string[][] = [];
  try {
    parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      max_record_size: ROW_MAX_BYTES,
      on_record: (record: string[]) => {
        records.push(record);
        return null;
      },
    });
    return { records };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const message = PARSE_FAULTS[error.code] ?? 'This row cannot be read. Save the table as CSV again.';
    return { fault: { row: records.length + 1, place: '', message } };
  }
}

const isColumn = (name: string): name is Column => COLUMNS.some((column) => column === name);

function readHeader(header: readonly string[]): { columns: Column[]; faults: ImportFault[] } {
  const names = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );
  const faults = names.flatMap((name, at): ImportFault[] => {
    if (!isColumn(name))
      return [
        {
          row: 1,
          place: header[at] ?? '',
          message: `There is no such column. Columns are ${COLUMNS.join(', ')}.`,
        },
      ];
    return names.indexOf(name) === at
      ? []
      : [{ row: 1, place: name, message: 'This column stands here twice.' }];
  });
  if (!names.includes('title'))
    faults.push({ row: 1, place: 'title', message: 'The table needs a column title.' });
  if (!names.includes('code') && !names.includes('key'))
    faults.push({ row: 1, place: 'code', message: 'The table needs a column code.' });
  return { columns: names.filter(isColumn), faults };
}

function readRow(record: readonly string[], row: number, columns: readonly Column[]): Row | ImportFault[] {
  if (record.length !== columns.length) {
    const message =
      record.length < columns.length
        ? `The row has ${record.length} of ${columns.length} cells. Complete it, or remove it.`
        : `The row has ${record.length} cells for ${columns.length} columns. Put text with commas in quotation marks.`;
    return [{ row, place: '', message }];
  }
  const faults = columns.flatMap((column, at): ImportFault[] => {
    const sign = /^\s*[=@]/.exec(record[at] ?? '')?.[0].trim();
    if (sign === undefined) return [];
    const message = `The cell begins with ${sign}, like a formula. Put an apostrophe before it if it is text.`;
    return [{ row, place: column, message }];
  });
  if (faults.length > 0) return faults;
  const cells = columns.map((column, at) => [column, readCell(record[at] ?? '').trim()] as const);
  return { row, cells: Object.fromEntries(cells) };
}

/** Reads the rows of a table, and says of each that is incomplete or unsafe what is wrong with it. Empty rows are skipped. */
export function readTable(file: Uint8Array): Table {
  const { text, fault } = readUtf8(file);
  if (fault) return { rows: [], faults: [fault] };
  const parsed = parseRecords(text);
  if (parsed.fault) return { rows: [], faults: [parsed.fault] };
  const [header, ...records] = parsed.records;
  if (!header) return { rows: [], faults: [fileFault('The file is empty.')] };
  const { columns, faults } = readHeader(header);
  if (faults.length > 0) return { rows: [], faults };
  const rows: Row[] = [];
  records.forEach((record, at) => {
    if (record.every((value) => value.trim() === '')) return;
    const read = readRow(record, at + 2, columns);
    if (Array.isArray(read)) faults.push(...read);
    else rows.push(read);
  });
  if (rows.length === 0 && faults.length === 0) faults.push(fileFault('The table has no items.'));
  return { rows, faults };
}
