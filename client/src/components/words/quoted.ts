import type { Inline } from '../../../../contract/richText.ts';

/** A quoted passage, with the letter of the criterion that it speaks to. */
export interface Quote {
  readonly text: string;
  readonly code: string;
}

/** A run of a paragraph: plain, or part of a quote; `ends` marks the run after which the letter is shown. */
export interface QuotedRun {
  readonly node: Inline;
  readonly code: string | null;
  readonly ends: boolean;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly code: string;
}

/** Quotation marks and spaces may differ between a text and its quote; each keeps its length here. */
function plain(text: string): string {
  return text.replace(/[“”„‘’‚"']/g, "'").replace(/\s/g, ' ');
}

function rangesOf(text: string, quotes: readonly Quote[]): Range[] {
  const whole = plain(text);
  const found = quotes.flatMap(({ text: quoted, code }) => {
    const from = whole.indexOf(plain(quoted));
    return from < 0 || quoted === '' ? [] : [{ from, to: from + quoted.length, code }];
  });
  found.sort((a, b) => a.from - b.from);
  // if two overlap, the first one is shown
  const kept: Range[] = [];
  for (const range of found) if (range.from >= (kept.at(-1)?.to ?? 0)) kept.push(range);
  return kept;
}

/** A paragraph's nodes, split where quotes begin and end. Quotes that it does not contain are ignored. */
export function quotedRuns(nodes: readonly Inline[], quotes: readonly Quote[]): QuotedRun[] {
  const textOf = (node: Inline) => (node.type === 'text' ? node.text : '\n');
  const ranges = rangesOf(nodes.map(textOf).join(''), quotes);
  let at = 0;
  return nodes.flatMap((node): QuotedRun[] => {
    const start = at;
    const end = start + textOf(node).length;
    at = end;
    if (node.type !== 'text') return [{ node, code: null, ends: false }];
    const edges = ranges.flatMap(({ from, to }) => [from, to]).filter((edge) => edge > start && edge < end);
    const cuts = [start, ...edges, end];
    return cuts.slice(0, -1).map((from, index) => {
      const to = cuts[index + 1] ?? end;
      const range = ranges.find((one) => one.from <= from && to <= one.to);
      const part = { ...node, text: node.text.slice(from - start, to - start) };
      return { node: part, code: range?.code ?? null, ends: range?.to === to };
    });
  });
}
