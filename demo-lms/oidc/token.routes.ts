import { Router, text } from 'express';
import type { Answer } from '../modes/answer.ts';
import { serve } from '../services/service.ts';
import type { LmsState } from '../state/lmsState.ts';
import type { Tool } from '../state/types.ts';
import { verifyToolJwt } from './toolKeys.ts';
import { decodeJwt } from 'jose';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Access tokens for tools: client credentials with a signed assertion (1EdTech security 1.0 §4.1.1, RFC 7523). */
export function createTokenRoutes(lms: LmsState): Router {
  const router = Router();
  const paths = ['/lti/token', '/mod/lti/token.php', '/login/oauth2/token'];
  const asText = text({ type: () => true, limit: '100kb' });
  router.post(
    paths,
    asText,
    serve(lms, 'token', async (req) => {
      const answer = await answerToken(lms, new URLSearchParams(String(req.body)));
      return {
        ...answer,
        contentType: lms.rules().token.contentType,
        headers: { 'Cache-Control': 'no-store' },
      };
    }),
  );
  return router;
}

async function answerToken(lms: LmsState, form: URLSearchParams): Promise<Answer> {
  if (form.get('grant_type') !== 'client_credentials') return refusal('unsupported_grant_type');
  if (form.get('client_assertion_type') !== ASSERTION_TYPE) return refusal('invalid_request');
  const assertion = form.get('client_assertion') ?? '';
  const tool = findTool(lms, assertion);
  if (!tool) return refusal('invalid_client', 'The client is not known');
  const verified = await verifyToolJwt(tool, assertion);
  if ('fault' in verified) return refusal('invalid_client', verified.fault);
  const fault = checkTimes(lms, verified.claims) ?? checkAssertion(lms, tool, verified.claims);
  if (fault) return fault;
  const asked = (form.get('scope') ?? '').split(' ').filter(Boolean);
  const granted = asked.filter((scope) => tool.scopes.includes(scope));
  const { mode } = lms.rules();
  if (granted.length === 0 || (mode !== 'moodle' && granted.length < asked.length))
    return refusal('invalid_scope');
  const ttl = lms.settings.get().tokenTtlSeconds;
  const token = lms.tokens.issue(tool.id, granted, ttl);
  const scope = granted.join(' ');
  return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: ttl, scope } };
}

function findTool(lms: LmsState, assertion: string): Tool | null {
  try {
    const { sub } = decodeJwt(assertion);
    return sub ? lms.tools.findByClientId(sub) : null;
  } catch {
    return null;
  }
}

function checkTimes(lms: LmsState, claims: Record<string, unknown>): Answer | null {
  const leeway = lms.settings.get().tokenLeewaySeconds ?? lms.rules().token.leewaySeconds;
  const now = Math.floor(Date.now() / 1000);
  const { iat, exp } = claims;
  if (typeof exp !== 'number' || typeof iat !== 'number')
    return refusal('invalid_client', 'iat or exp is missing');
  if (iat > now + leeway) {
    return moodleRefusal(`Cannot handle token with iat prior to ${new Date(iat * 1000).toISOString()}`);
  }
  return exp <= now - leeway ? moodleRefusal('Expired token') : null;
}

function checkAssertion(lms: LmsState, tool: Tool, claims: Record<string, unknown>): Answer | null {
  if (!lms.rules().token.checksAssertion) return null;
  if (claims.iss !== tool.clientId) return refusal('invalid_client', 'iss is not the client id');
  const audience: unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  const good = [lms.endpoint('token'), lms.issuer()];
  if (!audience.some((aud) => typeof aud === 'string' && good.includes(aud))) {
    return refusal('invalid_client', `aud is not ${good[0]}`);
  }
  if (typeof claims.jti !== 'string' || claims.jti === '') return refusal('invalid_client', 'jti is missing');
  return lms.tokens.useAssertion(tool.clientId, claims.jti)
    ? null
    : refusal('invalid_client', 'jti was used before');
}

function refusal(error: string, description?: string): Answer {
  return { status: 400, body: { error, ...(description ? { error_description: description } : {}) } };
}

/** Moodle puts the whole reason into `error`. */
function moodleRefusal(error: string): Answer {
  return { status: 400, body: { error } };
}
