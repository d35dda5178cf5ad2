import { z } from 'zod';
import { LmsAddress } from './address.ts';
import { Id, Title } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Strand } from './content.ts';

/** `approved`: full points on approval. `share`: a share of the points for each approved module of a pathway. */
export const GradeRule = z.enum(['approved', 'share', 'none']);
export type GradeRule = z.infer<typeof GradeRule>;

/** Most points that every LMS accepts without a setting (Moodle's default limit). */
export const POINTS_MAX = 100;
export const POINTS_DEFAULT = 10;

const CatalogueModule = z.strictObject({
  key: Id,
  position: z.number().int(),
  title: z.string(),
  label: z.string(),
  minutes: z.number().int(),
  inCourse: z.boolean(),
});
export const CataloguePathway = z.strictObject({
  key: Id,
  title: z.string(),
  vision: z.string(),
  strand: Strand,
  version: z.number().int(),
  minutes: z.number().int(),
  inCourse: z.boolean(),
  modules: z.array(CatalogueModule),
});
export type CataloguePathway = z.infer<typeof CataloguePathway>;

export const Picker = z.strictObject({
  course: z.string(),
  /** False: radio buttons instead of checkboxes (`accept_multiple` absent or false, Schoology). */
  multiple: z.boolean(),
  /** False if the LMS accepts no line item with a link: then the designer is not asked for points. */
  columns: z.boolean(),
  /** False if the LMS does not accept `ltiResourceLink`; the page says what to do. */
  accepts: z.boolean(),
  pathways: z.array(CataloguePathway),
});
export type Picker = z.infer<typeof Picker>;

export const PickedItem = z.strictObject({
  pathwayKey: Id,
  moduleKey: Id.nullable(),
  title: Title,
  points: z.number().int().min(1).max(POINTS_MAX),
  rule: GradeRule,
});
export type PickedItem = z.infer<typeof PickedItem>;

/** The client posts `JWT` to `action` in the same frame; it may not use it for anything else. */
export const DeepLinkingReply = z.strictObject({ action: LmsAddress, jwt: z.string() });

const who = ['designer'] as const;
export const deepLinkingEndpoints = {
  picker: endpoint({
    method: 'get',
    path: '/deep-linking',
    summary: 'What can be added to this course',
    // what is published, and which of it this course contains: nobody's work
    audit: false,
    who,
    reply: Picker,
  }),
  reply: endpoint({
    method: 'post',
    repeats: 'anew',
    path: '/deep-linking/reply',
    summary: 'Sign the links that were picked',
    audit: 'deep_linking.replied',
    who,
    body: z.strictObject({ items: z.array(PickedItem).max(30) }),
    reply: DeepLinkingReply,
  }),
} as const;
