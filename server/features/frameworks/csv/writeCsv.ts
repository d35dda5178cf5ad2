import type { FrameworkContent } from '../../../../contract/frameworks.ts';
import { writeTable } from '../../../csv.ts';
import { BEFORE_CODE, COLUMNS, nameIn, type Column } from './columns.ts';

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

/**
 * The items of a framework as a table that `readCsv` reads again. What it has no column for, like crosswalks, is only in the CASE
 * package.
 *
 * @param framework  of an overlay, the one that it makes together with its core
 */
export function writeCsv({ items, strands, levels }: FrameworkContent): string {
  const codes = new Map(items.map(({ key, code }) => [key, code || key]));
  const rows = items.map((item) => {
    const cells: Record<Column, string> = {
      code: item.code,
      title: item.title,
      can_do: item.canDo,
      strand: nameIn(strands, item.strand),
      level: nameIn(levels, item.level),
      target: nameIn(levels, item.target),
      parent_code: codes.get(item.parent ?? '') ?? '',
      evidence_ideas: item.evidenceIdeas.map(oneLine).join('\n'),
      alignments: item.alignments
        .map(({ framework, code }) => `${oneLine(framework)}${BEFORE_CODE}${oneLine(code)}`)
        .join('\n'),
      key: item.key,
    };
    return COLUMNS.map((column) => cells[column]);
  });
  return writeTable([COLUMNS, ...rows]);
}
