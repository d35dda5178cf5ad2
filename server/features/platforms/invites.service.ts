import { randomBytes } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import type { Deps } from '../../deps.ts';
import { inTransaction } from '../../db.ts';
import { LaunchRefused } from '../../lti/launchRefused.ts';
import { hashSecret } from '../../lti/secrets.ts';
import { appendAudit, operatorOf } from '../audit/audit.service.ts';
import { InviteModel, type InviteDoc } from './invite.model.ts';
import { LimiterModel } from './limiter.model.ts';

type ClockDeps = Pick<Deps, 'clock'>;
type SealerDeps = Pick<Deps, 'sealer'>;

/**
 * Length of an invite: this many random bytes, and a tag of ours of this length, so that one we did not issue is refused without
 * a look-up.
 */
const RANDOM_BYTES = 24;
const TAG_BYTES = 8;
const PURPOSE = 'invite';

function newInviteSecret({ sealer }: SealerDeps): string {
  const random = randomBytes(RANDOM_BYTES);
  return Buffer.concat([random, sealer.tag(random, PURPOSE, TAG_BYTES)]).toString('base64url');
}

/** @throws {LaunchRefused} INVITE_UNKNOWN for a secret that is not ours */
export function checkInvite({ sealer }: SealerDeps, secret: string): void {
  const bytes = Buffer.from(secret, 'base64url');
  const isOurs =
    bytes.length === RANDOM_BYTES + TAG_BYTES &&
    sealer.isTagged(bytes.subarray(0, RANDOM_BYTES), bytes.subarray(RANDOM_BYTES), PURPOSE);
  if (!isOurs) throw new LaunchRefused('INVITE_UNKNOWN');
}

const LIFE_MS = 7 * 24 * 3600_000;
/** Longer than both calls to the platform may take. */
const LEASE_MS = 60_000;
const WINDOW_MS = 10 * 60_000;
const MOST_TRIES = 30;

/** @returns the one-time URL, valid for a week; only its hash is stored */
export async function createInvite(
  { clock, config, sealer }: ClockDeps & SealerDeps & { config: Pick<Deps['config'], 'publicUrl'> },
  want: { institutionId: string; autoApprove: boolean },
): Promise<string> {
  const secret = newInviteSecret({ sealer });
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + LIFE_MS);
  const subject = { kind: 'institution', id: want.institutionId };
  const entry = { action: 'invite.made', subject, facts: { autoApprove: want.autoApprove } };
  await inTransaction(async (tx) => {
    await InviteModel.create([{ _id: hashSecret(secret), ...want, createdAt: now, expiresAt }], {
      session: tx,
    });
    await appendAudit({ clock }, operatorOf(want.institutionId), entry, tx);
  });
  return `${config.publicUrl}/lti/register?invite=${secret}`;
}

/**
 * Counts tries of one invite, each of which may call the platform that it names, in the database, so that more processes do not
 * mean more calls: for ten minutes from the first one, by the database's clock.
 *
 * @throws {LaunchRefused} RATE_LIMITED
 */
export async function countRegistrationTry(secret: string): Promise<void> {
  const isOn = { $gt: ['$expiresAt', '$$NOW'] };
  const counted = {
    count: { $cond: [isOn, { $add: ['$count', 1] }, 1] },
    expiresAt: { $cond: [isOn, '$expiresAt', { $add: ['$$NOW', WINDOW_MS] }] },
  };
  const doc = await LimiterModel.findOneAndUpdate(
    { _id: `register:${hashSecret(secret)}` },
    [{ $set: counted }],
    { upsert: true, updatePipeline: true, returnDocument: 'after' },
  ).lean();
  if ((doc?.count ?? 0) > MOST_TRIES) throw new LaunchRefused('TOO_MANY_REGISTRATIONS');
}

/**
 * Reserves an invite while its registration runs: of two at once only one continues.
 *
 * @throws {LaunchRefused} INVITE_UNKNOWN or INVITE_USED
 */
export async function leaseInvite({ clock }: ClockDeps, secret: string): Promise<InviteDoc> {
  const _id = hashSecret(secret);
  const open = { _id, usedAt: null, expiresAt: { $gt: clock.now() } };
  const invite = await InviteModel.findOneAndUpdate(
    { ...open, $or: [{ leaseUntil: null }, { $expr: { $lte: ['$leaseUntil', '$$NOW'] } }] },
    [{ $set: { leaseUntil: { $add: ['$$NOW', LEASE_MS] } } }],
    { returnDocument: 'after', updatePipeline: true },
  ).lean();
  if (invite) return invite;
  const known = await InviteModel.findById(_id).lean();
  if (known?.usedAt) throw new LaunchRefused('INVITE_USED');
  if (known && known.expiresAt > clock.now()) throw new LaunchRefused('INVITE_BUSY');
  throw new LaunchRefused(known ? 'INVITE_EXPIRED' : 'INVITE_UNKNOWN');
}

/** Releases an invite after a registration that failed. */
export async function releaseInvite(invite: InviteDoc): Promise<void> {
  await InviteModel.updateOne(
    { _id: invite._id, usedAt: null, leaseUntil: invite.leaseUntil },
    { $set: { leaseUntil: null } },
  );
}

/** Uses up an invite, inside the transaction that stores the result. @throws {LaunchRefused} INVITE_USED */
export async function consumeInvite(
  { clock }: ClockDeps,
  invite: InviteDoc,
  tx: ClientSession,
): Promise<void> {
  const used = await InviteModel.updateOne(
    { _id: invite._id, usedAt: null, leaseUntil: invite.leaseUntil },
    { $set: { usedAt: clock.now(), leaseUntil: null } },
    { session: tx },
  );
  if (used.modifiedCount === 0) throw new LaunchRefused('INVITE_USED');
}
