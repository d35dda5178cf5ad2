import type { Quirks } from './interface.ts';
import { other } from './other.ts';

/** Schoology: nothing known that departs from the standard; one host serves all districts, so a few calls at once. */
export const schoology: Quirks = { ...other, parallel: 4 };
