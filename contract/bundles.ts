import { z } from 'zod';
import { Empty, Id, IdParams, Instant } from './common.ts';
import { PathwayContent } from './content.ts';
import { endpoint } from './endpoint.ts';
import { Finding } from './lint/findings.ts';
import { FormContent } from './observationForms.ts';
import { AcceptedWarning, VersionParams } from './studio.ts';
import { DraftKind } from './studioParts.ts';

/** What importing a bundle would meet. */
const met = {
  /** What the lint says of it, with the caps of the institution. */
  findings: z.array(Finding),
  /** Those that modules offer, by their paths in the bundle; a form offers none. */
  files: z.array(z.strictObject({ path: z.string(), size: z.number().int() })),
  /** The newest version that the institution has of it; null if it is new here. */
  version: z.number().int().nullable(),
  /** Whether that version says the same: then publishing makes no other. */
  isSame: z.boolean(),
  /** The open draft, which nothing is imported over; the name is empty if it is not known. */
  draft: z.strictObject({ id: Id, savedBy: z.string(), savedAt: Instant }).nullable(),
};
/** A bundle that was read and checked, with its content in the newest schema version. */
export const BundleReport = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pathway'), content: PathwayContent, ...met }),
  z.strictObject({ kind: z.literal('form'), content: FormContent, ...met }),
]);
export type BundleReport = z.infer<typeof BundleReport>;

export const ImportBundle = z.discriminatedUnion('as', [
  z.strictObject({
    as: z.literal('draft'),
    uploadId: Id,
    /** Made by the client: a repeat finds the draft that the first request made. */
    draftId: Id,
  }),
  z.strictObject({
    as: z.literal('version'),
    uploadId: Id,
    /** Why warnings of the lint are accepted; kept with the version. */
    reasons: z.array(AcceptedWarning).max(1000),
  }),
]);
export type ImportBundle = z.infer<typeof ImportBundle>;

const who = ['designer', 'admin'] as const;
/** Signed for this session, 4 to 5 minutes. */
const link = z.strictObject({ url: z.string() });

export const bundleEndpoints = {
  check: endpoint({
    method: 'post',
    // nothing is kept
    repeats: 'found',
    path: '/bundles/check',
    summary: 'What is in an uploaded bundle, and what is wrong with it',
    // the caller's own upload
    audit: false,
    who,
    body: z.strictObject({ uploadId: Id }),
    reply: BundleReport,
  }),
  /** All of it or nothing. The same content makes no second version, and the same draft is found. */
  import: endpoint({
    method: 'post',
    repeats: 'found',
    path: '/bundles',
    summary: 'Import an uploaded bundle as a draft, or as the next version of its pathway or form',
    audit: 'bundle.imported',
    who,
    body: ImportBundle,
    reply: z.strictObject({
      kind: DraftKind,
      contentKey: Id,
      /** Null for a version. */
      draftId: Id.nullable(),
      /** Null for a draft. */
      n: z.number().int().min(1).nullable(),
    }),
  }),
  exportVersion: endpoint({
    method: 'post',
    repeats: 'anew',
    path: '/bundles/pathways/:key/versions/:n/link',
    summary: 'A link to a version of a pathway as a bundle',
    // content of the institution, and nobody's work
    audit: false,
    who,
    params: VersionParams,
    body: Empty,
    reply: link,
  }),
  exportForm: endpoint({
    method: 'post',
    repeats: 'anew',
    path: '/bundles/forms/:key/versions/:n/link',
    summary: 'A link to a version of an observation form as a bundle',
    audit: false,
    who,
    params: VersionParams,
    body: Empty,
    reply: link,
  }),
  exportDraft: endpoint({
    method: 'post',
    repeats: 'anew',
    path: '/bundles/drafts/:id/link',
    summary: 'A link to a draft as a bundle',
    audit: false,
    who,
    params: IdParams,
    body: Empty,
    reply: link,
  }),
} as const;
