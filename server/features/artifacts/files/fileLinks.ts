import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { SecretKey } from '../../../config.ts';
import { AppError } from '../../../errors.ts';
import type { LiveSession } from '../../../http/liveSession.ts';
import type { ArtifactDeps } from '../artifacts.deps.ts';

const LIFE_SECONDS = 300;
/** Links from the same minute are the same, so that a page that reloads its data does not reload its pictures. */
const ROUND_SECONDS = 60;
const ID_BYTES = 16;
const MAC_BYTES = 32;

/** The owner of the link. */
export interface LinkOwner {
  sessionId: string;
  institutionId: string;
}

const keys = new WeakMap<SecretKey, Buffer>();

function keyOf(secret: SecretKey): Buffer {
  let key = keys.get(secret);
  if (!key) {
    key = Buffer.from(hkdfSync('sha256', secret.material, Buffer.alloc(0), 'waymark/file-link/v1', 32));
    keys.set(secret, key);
  }
  return key;
}

const toBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

function toUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function macOf(secret: SecretKey, target: string, exp: number, owner: Buffer): Buffer {
  return createHmac('sha256', keyOf(secret)).update(`${target}\n${exp}\n`).update(owner).digest();
}

/**
 * What makes a link to `target` valid for one session: `exp=…&sig=…`, for 4 to 5 minutes and as long as the session is alive. `sig` is
 * base64url of session id, institution id and an HMAC-SHA-256 over target, expiry and both.
 *
 * @param target  what the link leads to: an id that is unique among everything that has such links
 */
export function signTarget(
  deps: Pick<ArtifactDeps, 'config' | 'clock'>,
  target: string,
  session: Pick<LiveSession, 'id' | 'institutionId'>,
): string {
  const now = Math.floor(deps.clock.now().getTime() / 1000);
  const exp = Math.floor(now / ROUND_SECONDS) * ROUND_SECONDS + LIFE_SECONDS;
  const owner = Buffer.concat([toBytes(session.id), toBytes(session.institutionId)]);
  const sig = Buffer.concat([owner, macOf(deps.config.secretKeys[0], target, exp, owner)]);
  return `exp=${exp}&sig=${sig.toString('base64url')}`;
}

/** A link to an artifact's content for one session, root-relative. */
export function signFileLink(
  deps: Pick<ArtifactDeps, 'config' | 'clock'>,
  artifactId: string,
  session: Pick<LiveSession, 'id' | 'institutionId'>,
): string {
  return `/files/${artifactId}?${signTarget(deps, artifactId, session)}`;
}

function expired(): AppError {
  return new AppError(
    'FILE_LINK_EXPIRED',
    'This link to a file has expired. Open the page again to get a new one.',
  );
}

/**
 * Who a link was created for. The caller checks whether that session is still alive.
 *
 * @throws {AppError} FILE_LINK_EXPIRED for anything that is not a valid link of ours (any more)
 */
export function verifyFileLink(
  deps: Pick<ArtifactDeps, 'config' | 'clock'>,
  link: { target: string; exp: string; sig: string },
): LinkOwner {
  const exp = Number(link.exp);
  const sig = Buffer.from(link.sig, 'base64url');
  const fits = Number.isSafeInteger(exp) && sig.length === 2 * ID_BYTES + MAC_BYTES;
  if (!fits || exp * 1000 <= deps.clock.now().getTime()) throw expired();
  const owner = sig.subarray(0, 2 * ID_BYTES);
  const mac = sig.subarray(2 * ID_BYTES);
  const valid = deps.config.secretKeys.some((secret) =>
    timingSafeEqual(macOf(secret, link.target, exp, owner), mac),
  );
  if (!valid) throw expired();
  return { sessionId: toUuid(owner.subarray(0, ID_BYTES)), institutionId: toUuid(owner.subarray(ID_BYTES)) };
}
