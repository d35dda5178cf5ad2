import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const CONFIGURED_LMS = ['canvas', 'moodle', 'schoology'] as const;
export type ConfiguredLms = (typeof CONFIGURED_LMS)[number];

/** The filled-in registration data of each LMS, from `lti-config/<lms>.json` with `{{PUBLIC_URL}}` and `{{PUBLIC_HOST}}`. */
export type ToolConfigs = Readonly<Record<ConfiguredLms, unknown>>;

/** Reads the templates once, at startup. @throws if one is missing or is not JSON */
export function readToolConfigs(directory: string, publicUrl: string): ToolConfigs {
  const host = new URL(publicUrl).host;
  const read = (lms: ConfiguredLms): unknown => {
    const template = readFileSync(join(directory, `${lms}.json`), 'utf8');
    return JSON.parse(
      template.replaceAll('{{PUBLIC_URL}}', publicUrl).replaceAll('{{PUBLIC_HOST}}', host),
    ) as unknown;
  };
  return { canvas: read('canvas'), moodle: read('moodle'), schoology: read('schoology') };
}
