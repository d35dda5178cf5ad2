import { model, Schema } from 'mongoose';
import { PlatformFamily, Role } from '../../../contract/common.ts';
import type { DeepLinkingSettings } from '../../lti/deepLinkingSettings.ts';
import { MESSAGE_TYPES, type MessageType } from '../../lti/claimNames.ts';
import { tenanted } from '../../tenancy.ts';

/** What the client and its headers need to know about the LMS around them. */
export interface SessionFrame {
  /** Exact origins that postMessages may go to. */
  origins: string[];
  /** Sources of `frame-ancestors`: those, and the wildcards of the platform's family. */
  ancestors: string[];
  /** Sources of `form-action` beside our own: where a deep linking reply is posted. */
  formTargets: string[];
  storageTarget: string | null;
  returnUrl: string | null;
  documentTarget: 'iframe' | 'window' | 'frame' | null;
}

/** One accepted launch, or a window of its own that took over from it. Secrets are stored as SHA-256 only. */
export interface SessionDoc {
  /** For a launch: the id of its login, so that a login becomes only one session. For a window: its own. */
  _id: string;
  institutionId: string;
  /** The session of the launch itself, for it and for the windows opened from it: signing off ends them all. */
  rootId: string;
  /** In the page's path: 16 random bytes and the institution, base64url. */
  key: string;
  /** The newest few bearers, so that two tabs of one launch, each reloaded, do not invalidate each other. */
  bearerHashes: string[];
  /** Of the resume cookie. */
  resumeHash: string;
  code: { hash: string; opens: 'this' | 'window'; expiresAt: Date } | null;
  personId: string;
  platformId: string;
  /** Our id. */
  deploymentId: string;
  contextId: string | null;
  placementId: string | null;
  /** Derived from this launch; assignments are added on each request. */
  launchRoles: Role[];
  isCourseInstructor: boolean;
  isLearner: boolean;
  practice: boolean;
  family: PlatformFamily;
  locale: string;
  messageType: MessageType;
  reviewOfPersonId: string | null;
  frame: SessionFrame;
  deepLinking: DeepLinkingSettings | null;
  createdAt: Date;
  seenAt: Date;
  /** Extended with use, up to `endsAt`. */
  expiresAt: Date;
  endsAt: Date;
  endedAt: Date | null;
}

const id = { type: String, required: true };
const optional = { type: String, default: null };
const at = { type: Date, required: true };
const flag = { type: Boolean, required: true };
const schema = new Schema<SessionDoc>(
  {
    _id: id,
    rootId: id,
    key: id,
    bearerHashes: { type: [String], required: true },
    resumeHash: id,
    code: { type: Schema.Types.Mixed, default: null },
    personId: id,
    platformId: id,
    deploymentId: id,
    contextId: optional,
    placementId: optional,
    launchRoles: { type: [{ type: String, enum: Role.options }], required: true },
    isCourseInstructor: flag,
    isLearner: flag,
    practice: flag,
    family: { type: String, required: true, enum: PlatformFamily.options },
    locale: id,
    messageType: { type: String, required: true, enum: MESSAGE_TYPES },
    reviewOfPersonId: optional,
    frame: { type: Schema.Types.Mixed, required: true },
    deepLinking: { type: Schema.Types.Mixed, default: null },
    createdAt: at,
    seenAt: at,
    expiresAt: at,
    endsAt: at,
    endedAt: { type: Date, default: null },
  },
  { collection: 'sessions', strict: 'throw', versionKey: false, minimize: false },
);
schema.plugin(tenanted);
schema.index({ institutionId: 1, key: 1 }, { unique: true, name: 'session_by_key' });
schema.index({ institutionId: 1, bearerHashes: 1 }, { name: 'session_by_bearer' });
schema.index(
  { institutionId: 1, 'code.hash': 1 },
  { name: 'session_by_code', partialFilterExpression: { 'code.hash': { $exists: true } } },
);
schema.index({ institutionId: 1, personId: 1 }, { name: 'sessions_of_person' });
schema.index({ institutionId: 1, rootId: 1 }, { name: 'sessions_of_launch' });
// a used login is known by its session, so nothing removes one while the login could still be used (`LOGIN_TTL_MS`); and a page
// that is reloaded days later must still be allowed into its frame, to say that the session is over
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 7 * 24 * 3600, name: 'session_expiry' });

export const SessionModel = model<SessionDoc>('Session', schema);
