import type { Lms } from '../lms.ts';
import { CLAIM } from '../oidc/claimNames.ts';
import { verifyToolJwt } from '../oidc/toolKeys.ts';
import type { DeepLink, Link, Tool } from '../state/types.ts';
import { asObject, crashesMoodle, readItem, type ContentItem } from './contentItems.ts';

/** A deep linking response as it came: believed, or refused with the words that the person sees. */
export type ResponseRead =
  | { ok: true; items: ContentItem[]; msg: string | null; errormsg: string | null }
  | { ok: false; status: number; reason: string };

/**
 * Checks a deep linking response (DL 2.0 §4.5). Moodle looks at the signature, `iss` and `exp` only; the
 * others also at audience, nonce, deployment, version, message type and `data`.
 */
export async function readResponse(lms: Lms, dialogue: DeepLink, jwt: string): Promise<ResponseRead> {
  const tool = lms.tools.get(dialogue.toolId);
  const verified = await verifyToolJwt(tool, jwt);
  if ('fault' in verified) return refusal(verified.fault);
  const { claims } = verified;
  const isMoodle = lms.rules().mode === 'moodle';
  const fault = checkCore(tool, claims) ?? (isMoodle ? null : checkRest(lms, dialogue, tool, claims));
  if (fault) return refusal(fault);
  const listed = claims[CLAIM.contentItems];
  const items = Array.isArray(listed) ? listed.map(asObject) : [];
  if (isMoodle && items.some(crashesMoodle)) {
    return { ok: false, status: 500, reason: 'Exception - Array to string conversion' };
  }
  if (
    !isMoodle &&
    items.length > 1 &&
    !(lms.settings.get().acceptMultiple ?? lms.rules().deepLinking.acceptMultiple)
  ) {
    return refusal('Only one item can be added at a time.');
  }
  dialogue.answered = true;
  dialogue.items = items;
  return { ok: true, items, msg: asText(claims[CLAIM.msg]), errormsg: asText(claims[CLAIM.errormsg]) };
}

function checkCore(tool: Tool, claims: Record<string, unknown>): string | null {
  if (claims.iss !== tool.clientId) return 'The sender (iss) is not the client id of this tool.';
  const now = Date.now() / 1000;
  if (typeof claims.exp !== 'number' || claims.exp <= now) return 'Expired token';
  return typeof claims.iat === 'number' && claims.iat <= now + 60
    ? null
    : 'The time of issue (iat) is wrong.';
}

function checkRest(lms: Lms, dialogue: DeepLink, tool: Tool, claims: Record<string, unknown>): string | null {
  const audience: unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audience.includes(lms.issuer())) return 'The audience (aud) is not this LMS.';
  if (claims[CLAIM.messageType] !== 'LtiDeepLinkingResponse') return 'The message type is wrong.';
  if (claims[CLAIM.version] !== '1.3.0') return 'The version is wrong.';
  const deployment = lms.deploymentOf(lms.courses.get(dialogue.courseId), tool.id);
  if (claims[CLAIM.deploymentId] !== deployment) return 'The deployment is not that of the request.';
  if (claims[CLAIM.data] !== dialogue.data) return 'The data of the request did not come back.';
  if (typeof claims.nonce !== 'string' || claims.nonce === '') return 'The nonce is missing.';
  if (dialogue.answered || !lms.tokens.useAssertion(`dl ${tool.clientId}`, claims.nonce)) {
    return 'This selection was already received.';
  }
  return null;
}

function refusal(reason: string): ResponseRead {
  return { ok: false, status: 400, reason };
}

function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export interface Saved {
  links: Link[];
  refused: { title: string; reason: string }[];
}

/** Creates the activities that the tool sent, as the mode does. Moodle leaves faulty ones out without a word. */
export function saveItems(lms: Lms, dialogue: DeepLink, items: ContentItem[] = dialogue.items): Saved {
  const tool = lms.tools.get(dialogue.toolId);
  const saved: Saved = { links: [], refused: [] };
  for (const item of items) {
    const result = readItem(lms, item, tool.name, items.length === 1);
    if ('embed' in result) {
      saved.links.push(lms.embed({ ...result.embed, courseId: dialogue.courseId, toolId: tool.id }));
    } else if ('refused' in result) {
      saved.refused.push({ title: asText(item.title) ?? tool.name, reason: result.refused });
    }
  }
  if (saved.refused.length === 0) dialogue.items = [];
  return saved;
}
