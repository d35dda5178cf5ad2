import { Router, urlencoded, type Request, type Response } from 'express';
import type { Lms } from '../lms.ts';
import { actingPersonId } from '../pages/actAs.ts';
import { autoPostPage, barePage } from '../pages/handover.ts';
import { html } from '../pages/html.ts';
import type { Launch, Tool } from '../state/types.ts';
import { buildClaims } from './claims.ts';

type Params = Record<string, string>;

/** The authorization endpoint (LTI 1.3 §5.1.1.2, OIDC third-party initiated login), by GET and by POST. */
export function createAuthRoutes(lms: Lms): Router {
  const router = Router();
  const paths = ['/lti/auth', '/mod/lti/auth.php'];
  router.get(paths, (req, res) => begin(lms, req, res, textParams(req.query)));
  router.post(paths, urlencoded({ extended: false }), (req, res) =>
    begin(lms, req, res, textParams(req.body)),
  );
  return router;
}

/**
 * Moodle's Lax cookie does not come with what another site's page began, in a frame not even with a GET: then Moodle posts
 * once more from its own origin. Its other forms are sent while their page still loads; this one as soon as its scripts were
 * fetched (`repost_crosssite.mustache`, in the page's footer), which may be after the page was loaded and is an entry more in the
 * frame's history then. Here it always is.
 */
async function begin(lms: Lms, req: Request, res: Response, params: Params): Promise<void> {
  if (lms.rules().mode !== 'moodle' || actingPersonId(lms, req) || params.repost)
    return authorize(lms, req, res, params);
  const again = new URL(req.originalUrl, lms.url).pathname;
  res.send(autoPostPage('One moment', again, { ...params, repost: 'true' }, 'afterLoad'));
}

function textParams(source: unknown): Params {
  const entries = Object.entries((source ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

async function authorize(lms: Lms, req: Request, res: Response, params: Params): Promise<void> {
  res.set('Cache-Control', 'no-store');
  const launch = params.lti_message_hint ? lms.findLaunchByHint(params.lti_message_hint) : null;
  const tool = params.client_id ? lms.tools.findByClientId(params.client_id) : null;
  const fault = findFault(params, tool, launch);
  if (fault || !launch || !tool) {
    res.status(400).send(barePage('Invalid request', html`<p data-reason>${fault ?? 'Unknown launch.'}</p>`));
    return;
  }
  const error = findError(lms, req, params, { launch, tool });
  const redirectUri = params.redirect_uri ?? '';
  const state: Params = params.state === undefined ? {} : { state: params.state };
  if (error) {
    res.send(autoPostPage('Going back to the tool', redirectUri, { ...error, ...state }));
    return;
  }
  launch.used = true;
  const claims = { ...buildClaims(lms, launch), nonce: params.nonce };
  const idToken = await lms.signIdToken(claims);
  res.send(autoPostPage('Opening the tool', redirectUri, { id_token: idToken, ...state }));
}

/** What the tool never hears of: the person sees it in the frame. */
function findFault(params: Params, tool: Tool | null, launch: Launch | null): string | null {
  if (!tool) return 'The client_id is not known here.';
  if (!params.redirect_uri || !tool.redirectUris.includes(params.redirect_uri)) {
    return 'The redirect_uri is not one that the tool has registered.';
  }
  if (params.scope !== 'openid') return 'The scope must be "openid".';
  if (!params.nonce) return 'The nonce is missing.';
  if (!params.lti_message_hint) return 'The lti_message_hint is missing.';
  if (!launch || launch.toolId !== tool.id)
    return 'The lti_message_hint is not one of this LMS for this tool.';
  if (launch.used) return 'This launch was already used. Start again from the course.';
  return null;
}

/** What is posted back to the tool as an OAuth error (RFC 6749 §4.1.2.1). */
function findError(
  lms: Lms,
  req: Request,
  params: Params,
  { launch }: { launch: Launch; tool: Tool },
): { error: string; error_description: string } | null {
  if (params.response_type !== 'id_token') return oauthError('unsupported_response_type', 'Use id_token');
  if (params.response_mode !== 'form_post')
    return oauthError('invalid_request', 'Use response_mode form_post');
  const { mode } = lms.rules();
  const mayOmitPrompt = mode === 'moodle' && params.prompt === undefined;
  if (params.prompt !== 'none' && !mayOmitPrompt) return oauthError('invalid_request', 'Use prompt none');
  if (params.login_hint !== lms.subOf(launch.personId)) {
    return oauthError('access_denied', 'The login_hint names another person');
  }
  const acting = actingPersonId(lms, req);
  if (mode === 'moodle' && acting && acting !== launch.personId) {
    return oauthError('access_denied', 'Another person is logged in');
  }
  return null;
}

function oauthError(error: string, description: string) {
  return { error, error_description: description };
}
