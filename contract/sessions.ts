import { z } from 'zod';
import { LmsAddress } from './address.ts';
import { Done, Empty, Id, Instant, PlatformFamily, Role, Title } from './common.ts';
import { endpoint } from './endpoint.ts';

/** Key of a launch in a page's path (`/app/:key/…`): 16 random bytes and the institution, base64url. */
export const LaunchKey = z.string().regex(/^[\w-]{43,44}$/);
/** What the API takes as `Authorization: Bearer`. Opaque to the browser. */
export const Bearer = z.string().regex(/^wm\.[\w-]{22}\.[\w-]{43}$/);
/** Hands a session over once, within 60 s; sent in a URL's fragment, so it is never in a log. */
const WindowCode = z.string().regex(/^[\w-]{22}\.[\w-]{43}$/);

/** Query parameter of a page that the entry page led to: it leads there once, never in a loop. The client removes it again. */
export const ENTERED = 'entered';

/** What the launched link shows; decides the landing page. */
export const Shows = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pathway'), pathwayKey: Id }),
  z.strictObject({ kind: z.literal('module'), pathwayKey: Id, moduleKey: Id }),
  /** A deep linking request: the picker, and nothing else. */
  z.strictObject({ kind: z.literal('picker') }),
  /** A submission review request: that person's latest submission, read-only. */
  z.strictObject({ kind: z.literal('submissions'), pathwayKey: Id, moduleKey: Id.nullable() }),
  /** A link whose pathway this institution does not offer (any more). */
  z.strictObject({ kind: z.literal('gone') }),
  /** No link and no course: the person's home. */
  z.strictObject({ kind: z.literal('home') }),
]);
export type Shows = z.infer<typeof Shows>;

/** What the client needs to know about the LMS frame to talk to it. */
export const LmsFrame = z.strictObject({
  family: PlatformFamily,
  /** Where postMessages may go; nothing is sent to any other origin. */
  origins: z.array(LmsAddress),
  /** `lti_storage_target` of the login, e.g. `_parent` or `post_message_forwarding`. */
  storageTarget: z.string().max(255).nullable(),
  /** The course's page: what "Back to your course" opens in the top window. */
  returnUrl: LmsAddress.nullable(),
  documentTarget: z.enum(['iframe', 'window', 'frame']).nullable(),
});

/** The first notice of the welcome page that says that messages may be mailed. */
export const NOTICE_WITH_MAIL = 2;
/** The notice that the welcome page shows; it counts up when what people agree to changes. */
export const NOTICE = 2;

export const SessionInfo = z.strictObject({
  id: Id,
  key: LaunchKey,
  institution: z.strictObject({
    id: Id,
    name: Title,
    zone: z.string(),
    /** Hosts whose videos and pages may be shown inside a module. */
    embedHosts: z.array(z.string()),
  }),
  person: z.strictObject({
    id: Id,
    /** "Participant 7F3K" if the LMS sent no name. */
    displayName: z.string(),
    hasName: z.boolean(),
    hasEmail: z.boolean(),
    /** False until consent was given on the welcome page. */
    agreed: z.boolean(),
    weeklyMinutes: z.number().int(),
  }),
  course: z.strictObject({ id: Id, title: z.string() }).nullable(),
  roles: z.array(Role),
  /** True if the role in the course does the work; people who only design or run it see previews instead. */
  takesPart: z.boolean(),
  /** The role to start with. */
  startsAs: Role,
  shows: Shows,
  /** Whether this link has a grade column for this person, as far as the launch says. */
  grading: z.enum(['on', 'off', 'not_gradable', 'practice']),
  practice: z.boolean(),
  locale: z.string(),
  frame: LmsFrame,
  expiresAt: Instant,
  endsAt: Instant,
});
export type SessionInfo = z.infer<typeof SessionInfo>;

/** Weekly minutes that the welcome page offers; other values can be typed under My data. */
export const WEEKLY_MINUTES = [30, 60, 90, 120] as const;
export const WEEKLY_MINUTES_SUGGESTED = 90;
const WeeklyMinutes = z.number().int().min(10).max(2400);

export const SessionGrant = z.strictObject({ bearer: Bearer, key: LaunchKey });
export type SessionGrant = z.infer<typeof SessionGrant>;

export const sessionEndpoints = {
  get: endpoint({
    method: 'get',
    path: '/session',
    summary: 'Who am I, what does this link show',
    who: ['anyone'],
    reply: SessionInfo,
  }),
  /** By the resume cookie of the launch and the header `x-waymark: 1`. */
  resume: endpoint({
    method: 'post',
    repeats: 'anew',
    path: '/session/resume',
    summary: 'Go on after a reload',
    who: ['public'],
    body: z.strictObject({ key: LaunchKey }),
    reply: SessionGrant,
  }),
  redeem: endpoint({
    method: 'post',
    repeats: 'anew',
    path: '/session/redeem',
    summary: 'Take over a session by its one-time code',
    who: ['public'],
    body: z.strictObject({ code: WindowCode, replaces: Bearer.optional() }),
    reply: SessionGrant,
  }),
  windowCode: endpoint({
    method: 'post',
    repeats: 'anew',
    path: '/session/window-code',
    summary: 'A one-time code for a window of its own',
    who: ['anyone'],
    body: Empty,
    reply: z.strictObject({ code: WindowCode }),
  }),
  signOff: endpoint({
    method: 'delete',
    path: '/session',
    summary: 'End this session',
    who: ['anyone'],
    reply: Done,
  }),
  /** The welcome page. */
  agree: endpoint({
    method: 'post',
    repeats: 'committed',
    path: '/me/consent',
    summary: 'Agree to what is kept and choose a weekly limit',
    who: ['anyone'],
    body: z.strictObject({
      weeklyMinutes: WeeklyMinutes,
      /** The notice that the page showed; pages that do not say showed the first one. */
      notice: z.int().min(1).max(NOTICE).optional(),
    }),
    reply: Done,
  }),
  changeLimit: endpoint({
    method: 'patch',
    path: '/me',
    summary: 'Change the weekly limit',
    who: ['anyone'],
    body: z.strictObject({ weeklyMinutes: WeeklyMinutes }),
    reply: Done,
  }),
} as const;
