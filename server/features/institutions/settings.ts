import { z } from 'zod';
import { readEmbedHosts } from '../../../contract/embeds.ts';
import { isZone } from '../../zones.ts';

/** How a setting is described to an operator. */
export interface AboutSetting {
  /** What it decides, as the rest of a sentence: "the time zone in which …". */
  description: string;
  /** The unit of its number; null if it has none. */
  unit: string | null;
  /** Its allowed values, as the rest of "it must be …". */
  allowed: string;
  /** A value that may be set, other than the default, as typed. */
  example: string;
}

export const ABOUT_SETTINGS = z.registry<AboutSetting>();

/** One flat value, since each change is recorded in the audit: a setting contains nothing about a person. */
type Value = string | number | boolean | null;

function setting<S extends z.ZodDefault<z.ZodType<Value, Value>>>(schema: S, about: AboutSetting): S {
  ABOUT_SETTINGS.add(schema, about);
  return schema;
}

/**
 * What an institution may configure, with the default that applies until somebody sets it. A field added here is at once stored,
 * read (`getSettings`), checked, shown and changed (`waymark settings`). Only what was set is stored, so a new field needs no
 * migration; a value that a stricter field no longer allows falls back to the default.
 */
export const InstitutionSettings = z.strictObject({
  zone: setting(z.string().refine(isZone).default('UTC'), {
    description: 'the time zone in which dates are shown and weeks begin',
    unit: null,
    allowed: 'an IANA time zone, such as America/Chicago',
    example: 'America/Chicago',
  }),
  quotaBytes: setting(z.int().min(1024).nullable().default(null), {
    description: 'the room for all its files together; null means `QUOTA_BYTES`',
    unit: 'bytes',
    allowed: 'a whole number of bytes, 1024 or more, or null',
    example: '107374182400',
  }),
  reviewDays: setting(z.int().min(1).max(365).default(14), {
    description:
      'how long after a submission its review is due, if the run has no date or one that has passed',
    unit: 'days',
    allowed: 'a whole number of days from 1 to 365',
    example: '21',
  }),
  moduleMinutesMax: setting(z.int().min(1).max(4800).nullable().default(null), {
    description: 'how long a module may take when it is published; null means any time',
    unit: 'minutes',
    allowed: 'a whole number of minutes from 1 to 4800, or null',
    example: '240',
  }),
  pathwayMinutesMax: setting(z.int().min(1).max(960_000).nullable().default(null), {
    description:
      'how long all modules of a pathway together may take when it is published; null means any time',
    unit: 'minutes',
    allowed: 'a whole number of minutes from 1 to 960000, or null',
    example: '1500',
  }),
  evaluativeShareMax: setting(z.int().min(0).max(100).nullable().default(null), {
    description:
      'the largest share of a pathway’s minutes that may be in modules which reviewers judge, not colleagues, when it is published; null means any share',
    unit: 'percent',
    allowed: 'a whole number of percent from 0 to 100, or null',
    example: '60',
  }),
  embedHosts: setting(
    z
      .string()
      .max(1000)
      .refine((text) => (readEmbedHosts(text)?.length ?? 0) > 0)
      .nullable()
      .default('www.youtube-nocookie.com, player.vimeo.com'),
    {
      description:
        'the hosts whose videos and pages a module may show inside its page, after a click; null means none: then all are links',
      unit: null,
      allowed: 'a list of hosts with commas, such as www.youtube-nocookie.com, or null',
      example: 'www.youtube-nocookie.com',
    },
  ),
});
export type InstitutionSettings = z.infer<typeof InstitutionSettings>;
export type SettingKey = keyof InstitutionSettings;
