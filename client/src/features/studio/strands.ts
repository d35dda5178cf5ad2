import type { Strand } from '../../../../contract/content.ts';
import { strandOf1 } from '../../../../contract/contentVersion1.ts';

/** Strands that are always offered. */
const USUAL = ['foundations', 'assessment', 'multimedia', 'adaptive', 'blended', 'leading'].map(strandOf1);

/** Strands that a pathway can belong to: those that are in use, and the usual ones. */
export function strandChoices(inUse: readonly Strand[]): Strand[] {
  const all = new Map([...USUAL, ...inUse].map((strand) => [strand.key, strand]));
  return [...all.values()];
}
