import { z } from 'zod';
import { Cursor, Done, Id, IdParams, Instant, Title } from './common.ts';
import { PathwayContent, Strand } from './content.ts';
import { endpoint } from './endpoint.ts';
import { Finding } from './lint/findings.ts';
import { DraftKind, Part, PartKey } from './studioParts.ts';
import { ChangelogEntry } from './versions.ts';

/** Largest draft, in bytes of its parts' JSON: some ten times the largest pathway that a course would take. */
export const DRAFT_MAX_BYTES = 5 * 1024 * 1024;
/** Most parts that one save may change: what a paste or a removed module changes at once. */
export const CHANGES_MAX = 400;
/** Somebody who was here in the last so many seconds is shown as here. */
export const PRESENT_SECONDS = 20;

/** A draft, as the list of pathways or forms shows it. */
export const DraftSummary = z.strictObject({
  id: Id,
  /** The version that it was begun from; null for something new. */
  baseVersion: z.number().int().nullable(),
  savedAt: Instant,
  /** Who saved last; empty if their name is not known. */
  savedBy: z.string(),
});

export const StudioPathway = z.strictObject({
  key: Id,
  title: z.string(),
  strand: Strand,
  /** The newest published version; null before the first. */
  version: z.number().int().nullable(),
  publishedAt: Instant.nullable(),
  /** Since then nobody new can begin it; null while it is offered. */
  retiredAt: Instant.nullable(),
  draft: DraftSummary.nullable(),
});
export type StudioPathway = z.infer<typeof StudioPathway>;

/** What a published pathway awards: for a module, or for all of it. */
export const StudioAchievement = z.strictObject({
  key: Id,
  title: z.string(),
  pathwayKey: Id,
  pathway: z.string(),
});
export type StudioAchievement = z.infer<typeof StudioAchievement>;

/** Where a draft begins. `pathwayKey` is made by the client, so that a repeat finds what the first request made. */
export const DraftSource = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('blank'), pathwayKey: Id, title: Title, strand: Strand }),
  /** The next version of a published pathway. */
  z.strictObject({ from: z.literal('version'), pathwayKey: Id }),
  /** A pathway of its own, made from a published one: with other keys, and with where it comes from. */
  z.strictObject({ from: z.literal('copy'), pathwayKey: Id, of: Id }),
]);
export type DraftSource = z.infer<typeof DraftSource>;

/** A part as it is now; `value` null: it was removed. */
export const SavedPart = z.strictObject({
  key: PartKey,
  revision: z.number().int().min(1),
  value: Part.nullable(),
  savedAt: Instant,
  /** Saved by the caller, in any window. */
  mine: z.boolean(),
});
export type SavedPart = z.infer<typeof SavedPart>;

/** The institution's caps for a pathway that is published, in minutes and in percent; null: none. */
const DraftCaps = z.strictObject({
  moduleMinutesMax: z.number().int().nullable(),
  pathwayMinutesMax: z.number().int().nullable(),
  evaluativeShareMax: z.number().int().nullable(),
});

export const StudioDraft = z.strictObject({
  id: Id,
  kind: DraftKind,
  /** Of the pathway or form. */
  contentKey: Id,
  baseVersion: z.number().int().nullable(),
  /** Of the whole draft: the highest revision of its parts. */
  revision: z.number().int().min(1),
  /** They mean nothing for a form. */
  caps: DraftCaps,
  parts: z.array(SavedPart),
});
export type StudioDraft = z.infer<typeof StudioDraft>;

export const PartChange = z.strictObject({
  key: PartKey,
  /** Revision of the part that the change was made on; 0 for one that is new. */
  baseRevision: z.number().int().min(0),
  /** Null removes it. */
  value: Part.nullable(),
});
export type PartChange = z.infer<typeof PartChange>;

/**
 * All of these changes or none of them. Refused with STUDIO_CONFLICT if somebody changed one of the parts since; `details` has those
 * parts as they are now, and what was refused is kept in their history.
 */
export const SaveParts = z.strictObject({
  /** Of the window that saves: a repeat of a save whose response was lost is recognised by it. */
  windowId: Id,
  changes: z.array(PartChange).min(1).max(CHANGES_MAX),
});
export type SaveParts = z.infer<typeof SaveParts>;

export const PartsConflict = z.strictObject({ theirs: z.array(SavedPart) });
export type PartsConflict = z.infer<typeof PartsConflict>;

export const PartVersion = z.strictObject({
  id: Id,
  savedAt: Instant,
  savedBy: z.string(),
  /** `refused`: somebody else's change was there first. */
  why: z.enum(['replaced', 'refused']),
  value: Part.nullable(),
});
export type PartVersion = z.infer<typeof PartVersion>;

/** Another person, or another window of the caller, that has the draft open. */
export const Present = z.strictObject({
  windowId: Id,
  name: z.string(),
  isCaller: z.boolean(),
  /** Where they are; null: nowhere in particular. */
  part: PartKey.nullable(),
});
export type Present = z.infer<typeof Present>;

export const AcceptedWarning = z.strictObject({
  /** `findingId` of the warning. */
  finding: z.string().max(600),
  reason: z.string().trim().min(1).max(500),
});
export type AcceptedWarning = z.infer<typeof AcceptedWarning>;

export const PublishDraft = z.strictObject({
  /** Of the draft as its designer saw it: refused with STUDIO_CHANGED if something was saved since. */
  revision: z.number().int().min(1),
  changelog: z.array(ChangelogEntry).max(50),
  /** Why warnings of the lint are accepted; kept with the version. */
  reasons: z.array(AcceptedWarning).max(1000),
  /** Whether people who work on earlier versions may move to it. Nobody has to, and it can be changed later. */
  offered: z.boolean().default(true),
});
export type PublishDraft = z.infer<typeof PublishDraft>;

/** Details of NOT_PUBLISHABLE: all errors, and the warnings that have no reason yet. */
export const NotPublishable = z.strictObject({ findings: z.array(Finding) });
export type NotPublishable = z.infer<typeof NotPublishable>;

const StudioVersion = z.strictObject({
  n: z.number().int().min(1),
  publishedAt: Instant,
  /** Empty if their name is not known, or the operator published it. */
  publishedBy: z.string(),
  changelog: z.array(ChangelogEntry),
  offered: z.boolean(),
  /** How many work or worked on it; 1000 stands for more, too. */
  people: z.number().int(),
});

/** The versions of a pathway, newest first. */
export const StudioVersions = z.strictObject({
  title: z.string(),
  retiredAt: Instant.nullable(),
  rows: z.array(StudioVersion),
});
export type StudioVersions = z.infer<typeof StudioVersions>;

const who = ['designer', 'admin'] as const;
/** A published version of a pathway. */
export const VersionParams = z.strictObject({ key: Id, n: z.coerce.number().int().min(1) });
const PartParams = z.strictObject({ id: Id, partKey: PartKey });
// content of the institution, and nobody's work: who wrote what is in its history
const audit = false;

export const studioEndpoints = {
  pathways: endpoint({
    method: 'get',
    path: '/studio/pathways',
    summary: 'Pathways of the institution with their drafts',
    audit,
    who,
    reply: z.strictObject({ rows: z.array(StudioPathway) }),
  }),
  achievements: endpoint({
    method: 'get',
    path: '/studio/achievements',
    summary: 'What the published pathways of the institution award, for rules that ask about it',
    audit,
    who,
    reply: z.strictObject({ rows: z.array(StudioAchievement) }),
  }),
  /** One draft a pathway: a second person who begins one gets the same. */
  begin: endpoint({
    method: 'post',
    repeats: 'found',
    path: '/studio/drafts',
    summary: 'Begin a draft, or find the one that was begun',
    audit: 'draft.begun',
    who,
    body: DraftSource,
    reply: z.strictObject({ draftId: Id }),
  }),
  draft: endpoint({
    method: 'get',
    path: '/studio/drafts/:id',
    summary: 'A draft with all its parts',
    audit,
    who,
    params: IdParams,
    reply: StudioDraft,
  }),
  changes: endpoint({
    method: 'get',
    path: '/studio/drafts/:id/changes',
    summary: 'The parts that were changed after a revision of the draft',
    audit,
    who,
    params: IdParams,
    query: z.strictObject({ since: z.coerce.number().int().min(0).default(0) }),
    reply: z.strictObject({ revision: z.number().int(), parts: z.array(SavedPart) }),
  }),
  save: endpoint({
    method: 'put',
    path: '/studio/drafts/:id/parts',
    summary: 'Save changes of parts',
    audit,
    who,
    params: IdParams,
    body: SaveParts,
    reply: z.strictObject({
      /** Of each changed part, and of the draft. */
      revision: z.number().int(),
      savedAt: Instant,
    }),
  }),
  presence: endpoint({
    method: 'put',
    path: '/studio/drafts/:id/presence',
    summary: 'Say that a window has the draft open; who else does',
    audit,
    who,
    params: IdParams,
    body: z.strictObject({ windowId: Id, part: PartKey.nullable() }),
    reply: z.strictObject({ revision: z.number().int(), others: z.array(Present) }),
  }),
  history: endpoint({
    method: 'get',
    path: '/studio/drafts/:id/parts/:partKey/versions',
    summary: 'What a part was before, newest first',
    audit,
    who,
    params: PartParams,
    query: z.strictObject({ cursor: Cursor.optional() }),
    reply: z.strictObject({ rows: z.array(PartVersion), next: Cursor.nullable() }),
  }),
  discard: endpoint({
    method: 'delete',
    path: '/studio/drafts/:id',
    summary: 'Put a draft away; what is published stays as it is',
    audit: 'draft.discarded',
    who,
    params: IdParams,
    reply: Done,
  }),
  /** Content that is already published makes no version. */
  publish: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/studio/drafts/:id/publish',
    summary: 'Publish a draft as the next version of its pathway',
    audit: 'pathway.published',
    who,
    params: IdParams,
    body: PublishDraft,
    reply: z.strictObject({ pathwayKey: Id, n: z.number().int().min(1) }),
  }),
  versions: endpoint({
    method: 'get',
    path: '/studio/pathways/:key/versions',
    summary: 'The published versions of a pathway',
    audit,
    who,
    params: z.strictObject({ key: Id }),
    reply: StudioVersions,
  }),
  offer: endpoint({
    method: 'put',
    path: '/studio/pathways/:key/versions/:n/offer',
    summary: 'Offer a version to people who work on earlier ones, or hold it back',
    audit: 'version.offered',
    who,
    params: VersionParams,
    body: z.strictObject({ offered: z.boolean() }),
    reply: Done,
  }),
  retire: endpoint({
    method: 'put',
    path: '/studio/pathways/:key/retirement',
    summary: 'Retire a pathway, so that nobody new can begin it, or take that back',
    audit: 'pathway.retired',
    who,
    params: z.strictObject({ key: Id }),
    body: z.strictObject({ retired: z.boolean() }),
    reply: Done,
  }),
  version: endpoint({
    method: 'get',
    path: '/studio/pathways/:key/versions/:n',
    summary: 'A published version, to read and to compare',
    audit,
    who,
    params: VersionParams,
    reply: z.strictObject({
      publishedAt: Instant,
      changelog: z.array(ChangelogEntry),
      content: PathwayContent,
    }),
  }),
} as const;
