import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';

/** An ICU message: as it is written, or as the build has parsed it (vite.config.ts). */
export type Message = string | readonly MessageFormatElement[];

/** The words of an area in one language, as a tree whose leaves are ICU messages. */
export interface WordTree {
  readonly [key: string]: Message | WordTree;
}

export const isMessage = (words: Message | WordTree): words is Message =>
  typeof words === 'string' || Array.isArray(words);
