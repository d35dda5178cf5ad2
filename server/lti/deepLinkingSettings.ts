import { toPageAddress } from './addresses.ts';
import { LaunchRefused } from './launchRefused.ts';
import { objectOf, shortTextsOf } from './received.ts';
import { describeClaim } from './describeClaim.ts';

/** What a platform accepts in response to its deep linking request (Deep Linking 2.0 §4.4.1). */
export interface DeepLinkingSettings {
  returnUrl: string;
  /** If the platform does not say, a link to an activity: the only thing that we add. */
  acceptTypes: string[];
  acceptMultiple: boolean;
  /** Null: the platform does not say (Moodle), and accepts line items. */
  acceptLineItem: boolean | null;
  documentTargets: string[];
  /** Returned unchanged; null if absent. */
  data: string | null;
}

export const RESOURCE_LINK = 'ltiResourceLink';
/** A launch's token has at most a hundred thousand characters; a session stores this. */
const DATA_MAX = 64 * 1024;

/** True or false, also as a word; null for anything else. */
function toFlag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return word === 'true' || word === 'false' ? word === 'true' : null;
}

/** A list, or a single text, or several separated by commas (LTI 1.1). */
function toTypes(value: unknown): string[] {
  const types = shortTextsOf(typeof value === 'string' ? value.split(',').map((type) => type.trim()) : value);
  if (typeof value === 'string' && !types.includes(RESOURCE_LINK)) return [RESOURCE_LINK];
  return types.length > 0 ? types : [RESOURCE_LINK];
}

/** Refuses only if no reply could be given: without its URL, or with more to return than is stored. @throws {LaunchRefused} */
export function toDeepLinkingSettings(value: unknown, allowLocal: boolean): DeepLinkingSettings {
  const settings = objectOf(value);
  const { deep_link_return_url: address, data } = settings;
  const returnUrl = toPageAddress(address, allowLocal);
  if (returnUrl === null)
    throw new LaunchRefused('DEEP_LINK_RETURN_URL', {
      facts: describeClaim('deep_link_return_url', address),
    });
  if (typeof data === 'string' && data.length > DATA_MAX)
    throw new LaunchRefused('DEEP_LINK_DATA', { facts: describeClaim('data', data) });
  return {
    returnUrl,
    acceptTypes: toTypes(settings['accept_types']),
    acceptMultiple: toFlag(settings['accept_multiple']) ?? false,
    acceptLineItem: toFlag(settings['accept_lineitem']),
    documentTargets: shortTextsOf(settings['accept_presentation_document_targets']),
    data: typeof data === 'string' ? data : null,
  };
}
