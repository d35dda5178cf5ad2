import type { Block } from '../../../../contract/content.ts';

/** The blocks of one type. */
export type BlockOf<T extends Block['type']> = Extract<Block, { type: T }>;
