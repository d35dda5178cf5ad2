import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { LaunchRefused } from './launchRefused.ts';
import { hashSecret, newSecret } from './secrets.ts';

type StateDeps = Pick<Deps, 'clock' | 'sealer'>;

export const LOGIN_TTL_MS = 10 * 60_000;
const PURPOSE = 'login-state';

/** Everything that a login fixes. It travels encrypted in `state`: none of it is stored. */
const Login = z.object({
  /** The session that the login becomes has this id: a second one cannot be stored, so a login is used once. */
  id: z.uuid(),
  platformId: z.string(),
  /** `lti_deployment_id` of the login, if the platform sent one: the launch must name the same. */
  deploymentId: z.string().nullable(),
  /** SHA-256 of the secret that only the browser of the login has. */
  bindingHash: z.string(),
  /** `lti_storage_target` of the login. */
  storageTarget: z.string().nullable(),
  /** Ms since 1970, by the database's clock. Sessions are kept for longer than a login can be used (`session.model.ts`). */
  expiresAt: z.number(),
});
export type Login = Readonly<z.infer<typeof Login>>;

export interface StartedLogin {
  id: string;
  state: string;
  nonce: string;
  /** Given to the browser by cookie, sessionStorage or platform storage; never in a form. */
  binding: string;
}

/** What the token must repeat (OpenID Connect core §15.5.2): each state is unique, and so is its hash. */
const nonceOf = (state: string): string => hashSecret(state);

/** Starts a login, without the database. */
export function startLogin(
  { clock, sealer }: StateDeps,
  facts: Pick<Login, 'platformId' | 'deploymentId' | 'storageTarget'>,
): StartedLogin {
  const id = randomUUID();
  const binding = newSecret();
  const expiresAt = clock.now().getTime() + LOGIN_TTL_MS;
  const login: Login = { id, ...facts, bindingHash: hashSecret(binding), expiresAt };
  const state = sealer.seal(JSON.stringify(login), PURPOSE);
  return { id, state, nonce: nonceOf(state), binding };
}

/** The login in a state, even an expired one; null if the state is not ours. */
export function openLogin({ sealer }: Pick<StateDeps, 'sealer'>, state: string): Login | null {
  try {
    return Login.parse(JSON.parse(sealer.open(state, PURPOSE).toString('utf8')));
  } catch {
    return null;
  }
}

/** What must match the login, besides the platform, whose key has verified the token. */
export interface LaunchTry {
  state: string;
  nonce: string;
  deploymentId: string;
  binding: string;
}

/**
 * Checks a verified token and what the browser sent against the login. Whether the login was used is decided by the insert of its
 * session.
 *
 * @throws {LaunchRefused} with the exact reason
 */
export function checkLogin(login: Login, tried: LaunchTry): void {
  if (nonceOf(tried.state) !== tried.nonce) throw new LaunchRefused('NONCE_NOT_OF_LOGIN');
  if (login.bindingHash !== hashSecret(tried.binding)) throw new LaunchRefused('BINDING_NOT_OF_LOGIN');
  if (login.deploymentId !== null && login.deploymentId !== tried.deploymentId)
    throw new LaunchRefused('DEPLOYMENT_NOT_OF_LOGIN');
}
