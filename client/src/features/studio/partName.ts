import { plainText } from '../../../../contract/richText.ts';
import type { Part } from '../../../../contract/studioParts.ts';

/** The words by which people know a part again; empty if it has none. */
export function nameOfPart(part: Part | undefined): string {
  switch (part?.type) {
    case 'module':
      return part.title;
    case 'criterion':
      return part.criterion.title;
    case 'exemplar':
      return part.exemplar.title;
    case 'block':
      if (part.block.type === 'text') return plainText(part.block.content).slice(0, 80);
      return part.block.type === 'prompt' ? part.block.question : part.block.title;
    default:
      return '';
  }
}
