import { CLAIM } from './claimNames.ts';
import { toOrigin } from './addresses.ts';
import type { RefusalFacts } from './launchRefused.ts';

/** Claims and parameters whose value says nothing about a person, and may be reported. Of URLs only the origin is. */
const REPORTABLE: ReadonlySet<string> = new Set([
  ...['iss', 'aud', 'azp', 'alg', 'kid', 'crit'],
  ...[CLAIM.messageType, CLAIM.version, CLAIM.deploymentId, CLAIM.targetLinkUri],
  ...['target_link_uri', 'deep_link_return_url'],
]);
const REPORTED_MAX = 120;

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string')
    return value === '' ? 'an empty text' : `a text of ${value.length} characters`;
  if (typeof value === 'object')
    return 'id' in value ? `an object with ${kindOf(value.id)} as id` : 'an object without id';
  return `a ${typeof value}`;
}

function toReported(value: unknown): string {
  if (typeof value === 'string' && value !== '') {
    const origin = toOrigin(value);
    const text = origin ?? (value.length > REPORTED_MAX ? kindOf(value) : value);
    return /[\p{C}\s<>]/u.test(text) ? kindOf(value) : text;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);
}

/**
 * The value received instead of the expected one, for the record of a refusal: the value itself if it is not about a person,
 * otherwise what kind of thing it was.
 *
 * @param claim  its full name, or a parameter's
 */
export function describeClaim(claim: string, value: unknown): RefusalFacts {
  return {
    claim: claim.slice(claim.lastIndexOf('/') + 1),
    seen: REPORTABLE.has(claim) ? toReported(value) : kindOf(value),
  };
}
