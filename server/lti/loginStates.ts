import { insertAsIs } from '../db.ts';
import type { Deps } from '../deps.ts';
import { LoginStateModel, type LoginStateDoc } from './loginState.model.ts';
import { LaunchRefused } from './launchRefused.ts';
import type { Platform } from './platforms.ts';
import { hashSecret, newSecret } from './secrets.ts';

type ClockDeps = Pick<Deps, 'clock'>;

export const LOGIN_TTL_MS = 10 * 60_000;

export interface StartedLogin {
  state: string;
  nonce: string;
  /** Goes to the browser by cookie, sessionStorage or platform storage; never into a form. */
  binding: string;
}

/** Stores a login (one insert). */
export async function startLogin(
  { clock }: ClockDeps,
  facts: Pick<LoginStateDoc, 'platformId' | 'deploymentId' | 'storageTarget'>,
): Promise<StartedLogin> {
  const login = { state: newSecret(), nonce: newSecret(), binding: newSecret() };
  const document: LoginStateDoc = {
    _id: hashSecret(login.state),
    nonce: login.nonce,
    ...facts,
    bindingHash: hashSecret(login.binding),
    expiresAt: new Date(clock.now().getTime() + LOGIN_TTL_MS),
    usedAt: null,
  };
  await insertAsIs(LoginStateModel, document);
  return login;
}

/** What the launch must fit: everything that the login fixed. */
export interface LaunchTry {
  state: string;
  nonce: string;
  platform: Platform;
  deploymentId: string;
  binding: string;
}

/** Why a state does not take this launch: read only when one is refused. */
function reasonOf(doc: LoginStateDoc | null, tried: LaunchTry, now: Date): LaunchRefused {
  const { platform } = tried;
  if (!doc) return new LaunchRefused('LAUNCH_EXPIRED', 'STATE_UNKNOWN', { platform });
  if (doc.usedAt) return new LaunchRefused('LAUNCH_USED', 'STATE_USED', { platform });
  if (doc.expiresAt <= now) return new LaunchRefused('LAUNCH_EXPIRED', 'STATE_EXPIRED', { platform });
  if (doc.platformId !== platform._id)
    return new LaunchRefused('TOKEN_REFUSED', 'AUD_NOT_OF_LOGIN', { platform });
  if (doc.nonce !== tried.nonce)
    return new LaunchRefused('TOKEN_REFUSED', 'NONCE_NOT_OF_LOGIN', { platform });
  if (doc.bindingHash !== hashSecret(tried.binding))
    return new LaunchRefused('LAUNCH_BINDING_MISSING', 'BINDING_NOT_OF_LOGIN', { platform });
  return new LaunchRefused('TOKEN_REFUSED', 'DEPLOYMENT_NOT_OF_LOGIN', { platform });
}

/**
 * Uses a login up, in one conditional write: of many tries at once one is let in. A try that does not fit leaves it unused.
 *
 * @throws {LaunchRefused} with the exact reason
 */
export async function consumeLogin({ clock }: ClockDeps, tried: LaunchTry): Promise<LoginStateDoc> {
  const now = clock.now();
  const _id = hashSecret(tried.state);
  const doc = await LoginStateModel.findOneAndUpdate(
    {
      _id,
      usedAt: null,
      expiresAt: { $gt: now },
      nonce: tried.nonce,
      platformId: tried.platform._id,
      bindingHash: hashSecret(tried.binding),
      deploymentId: { $in: [null, tried.deploymentId] },
    },
    { $set: { usedAt: now } },
  ).lean();
  if (doc) return doc;
  throw reasonOf(await LoginStateModel.findById(_id).lean(), tried, now);
}

/**
 * The login of a launch whose binding the cookie did not bring, so that its page can look elsewhere.
 *
 * @throws {LaunchRefused} when the state could not be used anyway
 */
export async function getOpenLogin({ clock }: ClockDeps, state: string): Promise<LoginStateDoc> {
  const doc = await LoginStateModel.findById(hashSecret(state)).lean();
  if (!doc) throw new LaunchRefused('LAUNCH_EXPIRED', 'STATE_UNKNOWN');
  if (doc.usedAt) throw new LaunchRefused('LAUNCH_USED', 'STATE_USED');
  if (doc.expiresAt <= clock.now()) throw new LaunchRefused('LAUNCH_EXPIRED', 'STATE_EXPIRED');
  return doc;
}

/** Platform of a login, whatever became of it: so that its frame may show why it did not go on. */
export async function findPlatformIdOfLogin(state: string): Promise<string | null> {
  const doc = await LoginStateModel.findById(hashSecret(state), { platformId: 1 }).lean();
  return doc?.platformId ?? null;
}
