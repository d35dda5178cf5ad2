import type { PlatformFamily } from '../../contract/common.ts';
import { canvas } from './quirks/canvas.ts';
import type { Quirks } from './quirks/interface.ts';
import { moodle } from './quirks/moodle.ts';
import { other } from './quirks/other.ts';
import { schoology } from './quirks/schoology.ts';

const QUIRKS: Readonly<Record<PlatformFamily, Quirks>> = { canvas, moodle, schoology, other };

/** The quirks of an LMS family. */
export function quirksOf(family: PlatformFamily): Quirks {
  return QUIRKS[family];
}
