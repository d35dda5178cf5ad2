import type { Mode } from '../state/types.ts';
import { canvas } from './canvas.ts';
import { moodle } from './moodle.ts';
import type { ModeRules } from './mode.ts';
import { plain } from './plain.ts';
import { schoology } from './schoology.ts';

const RULES: Record<Mode, ModeRules> = { plain, canvas, moodle, schoology };

export function rulesOf(mode: Mode): ModeRules {
  return RULES[mode];
}

/** The issuers that all customers of these two share. */
export const SHARED_ISSUERS: Partial<Record<Mode, string>> = {
  canvas: 'https://canvas.instructure.com',
  schoology: 'https://schoology.schoology.com',
};
