import { z } from 'zod';
import { Done, Id, IdParams, Instant, Sha256, Title } from './common.ts';
import { endpoint } from './endpoint.ts';
import { FormContent } from './observationForms.ts';
import { DraftSummary, PublishDraft, VersionParams } from './studio.ts';
import { ChangelogEntry } from './versions.ts';

/** Endpoints of observation forms. A form's draft is one of the studio (`studioEndpoints`), apart from how it begins and is published. */

/** Most forms that an institution may have. */
export const FORMS_MAX = 500;

export const StudioForm = z.strictObject({
  key: Id,
  title: z.string(),
  purpose: z.string(),
  /** The newest published version; null before the first. */
  version: z.number().int().nullable(),
  publishedAt: Instant.nullable(),
  /** Since then nobody can ask for a new observation with it; null while it is offered. */
  retiredAt: Instant.nullable(),
  draft: DraftSummary.nullable(),
});
export type StudioForm = z.infer<typeof StudioForm>;

const { key, title, purpose, setting, minutes, preConference, ratings } = FormContent.shape;
/** A form to choose for an observation, in its newest version. */
export const FormChoice = z.strictObject({
  key,
  title,
  purpose,
  setting,
  minutes,
  preConference,
  ratings,
  version: z.number().int().min(1),
});
export type FormChoice = z.infer<typeof FormChoice>;

/** Where a form's draft begins. `formKey` is made by the client, so that a repeat finds what the first request made. */
export const FormDraftSource = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('blank'), formKey: Id, title: Title }),
  /** The next version of a published form. */
  z.strictObject({ from: z.literal('version'), formKey: Id }),
  /** A form of its own, made from a published one: with other keys, and with where it comes from. */
  z.strictObject({ from: z.literal('copy'), formKey: Id, of: Id }),
]);
export type FormDraftSource = z.infer<typeof FormDraftSource>;

export const PublishForm = PublishDraft.omit({ offered: true }).strict();
export type PublishForm = z.infer<typeof PublishForm>;

const FormVersionRow = z.strictObject({
  n: z.number().int().min(1),
  publishedAt: Instant,
  /** Empty if their name is not known, or the operator published it. */
  publishedBy: z.string(),
  changelog: z.array(ChangelogEntry),
});

/** The versions of a form, newest first. */
export const FormVersions = z.strictObject({
  title: z.string(),
  retiredAt: Instant.nullable(),
  rows: z.array(FormVersionRow),
});
export type FormVersions = z.infer<typeof FormVersions>;

const who = ['designer', 'admin'] as const;
const KeyParams = z.strictObject({ key: Id });
// content of the institution, and nobody's work: who wrote what is in its history
const audit = false;

export const formEndpoints = {
  choices: endpoint({
    method: 'get',
    path: '/observation-forms',
    summary: 'Observation forms to choose from, each in its newest version',
    audit,
    who: ['anyone'],
    reply: z.strictObject({ rows: z.array(FormChoice).max(FORMS_MAX) }),
  }),
  version: endpoint({
    method: 'get',
    path: '/observation-forms/:key/versions/:n',
    summary: 'A published version of an observation form',
    audit,
    who: ['anyone'],
    params: VersionParams,
    reply: z.strictObject({
      n: z.number().int().min(1),
      publishedAt: Instant,
      contentHash: Sha256,
      content: FormContent,
    }),
  }),
  forms: endpoint({
    method: 'get',
    path: '/studio/forms',
    summary: 'Observation forms of the institution with their drafts',
    audit,
    who,
    reply: z.strictObject({ rows: z.array(StudioForm) }),
  }),
  /** One draft a form: a second person who begins one gets the same. */
  begin: endpoint({
    method: 'post',
    repeats: 'found',
    path: '/studio/form-drafts',
    summary: 'Begin the draft of an observation form, or find the one that was begun',
    audit: 'draft.begun',
    who,
    body: FormDraftSource,
    reply: z.strictObject({ draftId: Id }),
  }),
  /** Content that is already published makes no version. */
  publish: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/studio/form-drafts/:id/publish',
    summary: 'Publish a draft as the next version of its observation form',
    audit: 'form.published',
    who,
    params: IdParams,
    body: PublishForm,
    reply: z.strictObject({ formKey: Id, n: z.number().int().min(1) }),
  }),
  versions: endpoint({
    method: 'get',
    path: '/studio/forms/:key/versions',
    summary: 'The published versions of an observation form',
    audit,
    who,
    params: KeyParams,
    reply: FormVersions,
  }),
  retire: endpoint({
    method: 'put',
    path: '/studio/forms/:key/retirement',
    summary: 'Retire an observation form, so that no new observation uses it, or take that back',
    audit: 'form.retired',
    who,
    params: KeyParams,
    body: z.strictObject({ retired: z.boolean() }),
    reply: Done,
  }),
} as const;
