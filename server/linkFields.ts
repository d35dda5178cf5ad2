import type { LinkFacts } from '../contract/evidence.ts';

/** How the facts of a link are stored: with the attempt that it belongs to, and in each submission. */
export const linkFields = {
  url: { type: String, default: null },
} as const satisfies Readonly<Record<keyof LinkFacts, unknown>>;
