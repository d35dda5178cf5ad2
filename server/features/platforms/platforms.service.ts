import { randomUUID } from 'node:crypto';
import type { ClientSession, UpdateQuery } from 'mongoose';
import { z } from 'zod';
import { PlatformFamily } from '../../../contract/common.ts';
import { DEPLOYMENT, statesBefore, type DeploymentState } from '../../../contract/states.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey, notFound } from '../../errors.ts';
import { isIssuer, toAddress } from '../../lti/addresses.ts';
import { toLine } from '../../lti/claims.ts';
import { DeploymentModel } from '../../lti/deployment.model.ts';
import { PlatformModel, type PlatformDoc } from '../../lti/platform.model.ts';
import type { PlatformStore } from '../../lti/platforms.ts';
import { productNameOf } from '../../lti/registration.ts';
import { appendAudit, operatorOf, type AuditEntry } from '../audit/audit.service.ts';
import { endSessions, type WhichSessions } from '../sessions/sessions.service.ts';

export interface PlatformDeps extends Pick<Deps, 'clock' | 'config'> {
  platforms: PlatformStore;
}

/** A registration as entered by an operator. */
const NewPlatform = z.object({
  issuer: z.string().refine(isIssuer, 'The issuer is no http or https address.'),
  clientId: z.string().min(1).max(255),
  authUrl: z.string(),
  tokenUrl: z.string(),
  jwksUrl: z.string(),
  tokenAudience: z.string().min(1).max(2000).optional(),
  family: PlatformFamily.default('other'),
  name: z.string().min(1).max(255).optional(),
});

function checkAddress({ config }: PlatformDeps, name: string, value: string): string {
  const address = toAddress(value, config.allowLocalPlatforms);
  if (!address) throw new AppError('VALIDATION_FAILED', `${name} is not an https address.`);
  return address;
}

/**
 * Adds a registration by hand. Each of its deployments has to be approved: many schools may share a client id entered by hand.
 *
 * @throws {AppError} VALIDATION_FAILED, also if issuer and client id exist already
 */
export async function addPlatform(
  deps: PlatformDeps,
  options: Readonly<Record<string, string | undefined>>,
): Promise<PlatformDoc> {
  const parsed = NewPlatform.safeParse(options);
  if (!parsed.success)
    throw new AppError('VALIDATION_FAILED', parsed.error.issues.map((issue) => issue.message).join('; '));
  const { issuer, clientId, tokenAudience, family, name, ...urls } = parsed.data;
  const platform: PlatformDoc = {
    _id: randomUUID(),
    issuer,
    clientId,
    family,
    authUrl: checkAddress(deps, '--auth-url', urls.authUrl),
    tokenUrl: checkAddress(deps, '--token-url', urls.tokenUrl),
    jwksUrl: checkAddress(deps, '--jwks-url', urls.jwksUrl),
    tokenAudience: tokenAudience ?? null,
    name: name ?? productNameOf(family, null, issuer),
    nameFrom: name === undefined ? 'make' : 'operator',
    addedOrigins: [],
    inviteId: null,
    institutionIdOnRegistration: null,
    autoApprove: false,
    state: 'active',
    createdAt: deps.clock.now(),
  };
  try {
    await inTransaction(async (tx) => {
      await PlatformModel.create([platform], { session: tx });
      await noteAboutPlatform(deps, platform._id, { action: 'platform.added', facts: { issuer } }, tx);
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new AppError('VALIDATION_FAILED', 'This issuer and client id are already registered.');
  }
  deps.platforms.forget();
  return platform;
}

/** All registrations, oldest first. */
export async function listPlatforms(): Promise<PlatformDoc[]> {
  return PlatformModel.find({}).sort({ createdAt: 1 }).limit(1000).lean();
}

interface PlatformNote {
  action: string;
  facts: Record<string, string>;
}

/**
 * A registration may serve many institutions: the change goes to the installation's audit chain, and to that of each institution
 * that launches from it.
 */
async function noteAboutPlatform(
  deps: PlatformDeps,
  platformId: string,
  { action, facts }: PlatformNote,
  tx: ClientSession,
): Promise<void> {
  const entry = { action, subject: { kind: 'platform', id: platformId }, facts };
  await appendAudit(deps, operatorOf(), entry, tx);
  const concerned = await DeploymentModel.distinct('institutionId', { platformId }).session(tx);
  for (const institutionId of concerned)
    if (institutionId !== null) await appendAudit(deps, operatorOf(institutionId), entry, tx);
}

async function changePlatform(
  deps: PlatformDeps,
  platformId: string,
  change: UpdateQuery<PlatformDoc>,
  note: PlatformNote,
): Promise<void> {
  await inTransaction(async (tx) => {
    const { matchedCount } = await PlatformModel.updateOne({ _id: platformId }, change, { session: tx });
    if (matchedCount === 0) throw notFound('This platform');
    await noteAboutPlatform(deps, platformId, note, tx);
  });
  deps.platforms.forget();
}

/** Institutions that launch from a platform. */
async function institutionsOf(platformId: string): Promise<string[]> {
  const ids = await DeploymentModel.distinct('institutionId', { platformId, institutionId: { $ne: null } });
  return ids.filter((id) => id !== null);
}

/** Ends sessions of an institution, with a line in its audit if there were any. */
async function endSessionsAndAudit(
  deps: PlatformDeps,
  which: WhichSessions,
  subject: AuditEntry['subject'],
): Promise<number> {
  const count = await endSessions(deps, which);
  const entry = { action: 'sessions.ended', subject, facts: { count } };
  if (count > 0) await appendAudit(deps, operatorOf(which.institutionId), entry);
  return count;
}

/**
 * Ends all sessions from a platform, for good: people may launch again.
 *
 * @returns how many were alive
 * @throws {AppError} NOT_FOUND
 */
export async function endPlatformSessions(deps: PlatformDeps, platformId: string): Promise<number> {
  if (!(await PlatformModel.exists({ _id: platformId }))) throw notFound('This platform');
  let count = 0;
  for (const institutionId of await institutionsOf(platformId))
    count += await endSessionsAndAudit(
      deps,
      { institutionId, platformId },
      { kind: 'platform', id: platformId },
    );
  return count;
}

/** Allows one more origin to frame this platform's launches: a school's own host name that no launch can prove beforehand. */
export async function addOrigin(deps: PlatformDeps, platformId: string, url: string): Promise<void> {
  const { origin } = new URL(checkAddress(deps, 'The origin', url));
  const note = { action: 'platform.origin_added', facts: { origin } };
  await changePlatform(deps, platformId, { $addToSet: { addedOrigins: origin } }, note);
}

/** Sets the name that people see; from then on no LMS changes it. */
export async function renamePlatform(deps: PlatformDeps, platformId: string, name: string): Promise<void> {
  const line = toLine(name);
  if (line === null) throw new AppError('VALIDATION_FAILED', 'A name needs at least one letter.');
  const note = { action: 'platform.renamed', facts: { name: line } };
  await changePlatform(deps, platformId, { $set: { name: line, nameFrom: 'operator' } }, note);
}

/**
 * Disables or enables a registration, with all its deployments. Once disabled, no session from it is alive from the commit on
 * (`findLiveSession` reads the state with each session); they are then ended for good, so that enabling it again revives none.
 *
 * @returns how many sessions ended
 * @throws {AppError} NOT_FOUND
 */
export async function setPlatformState(
  deps: PlatformDeps,
  platformId: string,
  state: PlatformDoc['state'],
): Promise<number> {
  const note = { action: 'platform.switched', facts: { state } };
  await changePlatform(deps, platformId, { $set: { state } }, note);
  return state === 'disabled' ? endPlatformSessions(deps, platformId) : 0;
}

/** A deployment as an operator sees it. */
export interface DeploymentRow {
  _id: string;
  state: DeploymentState;
  deploymentId: string;
  platformName: string;
  institutionId: string | null;
  /** What the platform calls itself: "Demo school, moodle 4.5, guid 490f…". */
  seenAs: string;
}

/** All deployments, those waiting for approval first. */
export async function listDeployments(): Promise<DeploymentRow[]> {
  const order: Record<DeploymentState, number> = { pending: 0, approved: 1, disabled: 2 };
  const [deployments, platforms] = await Promise.all([
    DeploymentModel.find({}).sort({ firstSeenAt: 1 }).limit(1000).lean(),
    listPlatforms(),
  ]);
  const names = new Map(platforms.map((platform) => [platform._id, platform.name]));
  return deployments
    .sort((a, b) => order[a.state] - order[b.state])
    .map(({ _id, state, deploymentId, platformId, institutionId, seenAs }) => ({
      _id,
      state,
      deploymentId,
      institutionId,
      platformName: names.get(platformId) ?? platformId,
      seenAs: [seenAs.name, seenAs.product, seenAs.version, seenAs.guid].filter(Boolean).join(', '),
    }));
}

async function moveDeployment(
  deps: PlatformDeps,
  id: string,
  to: 'approved' | 'disabled',
  institutionId: string,
): Promise<void> {
  await inTransaction(async (tx) => {
    const moved = await DeploymentModel.findOneAndUpdate(
      {
        _id: id,
        state: { $in: statesBefore(DEPLOYMENT, to) },
        institutionId: { $in: [null, institutionId] },
      },
      { $set: { state: to, institutionId, decidedAt: deps.clock.now() } },
      { session: tx },
    ).lean();
    if (!moved) throw notFound('A deployment that could be changed so');
    const entry = { action: `deployment.${to}`, subject: { kind: 'deployment', id }, facts: {} };
    await appendAudit(deps, operatorOf(institutionId), entry, tx);
  });
  deps.platforms.forget();
}

/**
 * Assigns a waiting deployment to an institution, or enables one of its own again. One institution's deployment never moves to
 * another: its people and courses would stay behind.
 *
 * @throws {AppError} NOT_FOUND
 */
export async function approveDeployment(
  deps: PlatformDeps,
  id: string,
  institutionId: string,
): Promise<void> {
  await moveDeployment(deps, id, 'approved', institutionId);
}

/** Disables a deployment, and ends the sessions from it. @returns how many were alive @throws {AppError} NOT_FOUND */
export async function disableDeployment(
  deps: PlatformDeps,
  id: string,
  institutionId: string,
): Promise<number> {
  await moveDeployment(deps, id, 'disabled', institutionId);
  return endSessionsAndAudit(deps, { institutionId, deploymentId: id }, { kind: 'deployment', id });
}
