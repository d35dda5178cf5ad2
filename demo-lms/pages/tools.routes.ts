import { Router, type Request } from 'express';
import type { Lms } from '../lms.ts';
import { findToolOfHost, issueRegistrationToken, registrationUrl } from '../registration/registration.ts';
import { LmsError } from '../state/errors.ts';
import { ALL_SCOPES } from '../state/tools.ts';
import { field, readContext, readLines, requireAdmin } from './context.ts';
import { editPage, newPage, registerPage, toolPage, toolsPage, updateOrNewPage } from './tools.pages.ts';

/** The LMS admin's tools: registered by their registration URL or by hand, activated, installed again. */
export function createToolRoutes(lms: Lms, toolUrl: string | null): Router {
  const router = Router();
  router.use('/tools', (req, _res, next) => {
    requireAdmin(readContext(lms, req));
    next();
  });
  router.get('/tools', (req, res) => res.send(toolsPage(readContext(lms, req), toolUrl)));
  router.get('/tools/new', (req, res) => res.send(newPage(readContext(lms, req), toolUrl)));
  router.post('/tools', (req, res) => {
    const clientId = field(req, 'clientId');
    const deployments = splitLines(field(req, 'deployments'));
    const tool = lms.registerTool({
      ...readTool(req),
      ...(clientId ? { clientId } : {}),
      ...(deployments.length > 0 ? { deployments } : {}),
    });
    res.redirect(303, `/tools/${tool.id}`);
  });
  router.post('/tools/register', async (req, res) => {
    const url = httpUrl(field(req, 'url'), 'The registration URL');
    const context = readContext(lms, req);
    const known = findToolOfHost(lms, url);
    const answer = field(req, 'update');
    if (known && answer === '' && lms.rules().mode === 'moodle') {
      res.send(updateOrNewPage(context, url, known));
      return;
    }
    const token = await issueRegistrationToken(lms, answer === 'yes' ? known : null);
    res.send(registerPage(context, registrationUrl(lms, url, token)));
  });
  router.get('/tools/:toolId', (req, res) => {
    res.send(toolPage(readContext(lms, req), lms.tools.get(req.params.toolId)));
  });
  router.get('/tools/:toolId/edit', (req, res) => {
    res.send(editPage(readContext(lms, req), lms.tools.get(req.params.toolId)));
  });
  router.post('/tools/:toolId/:action', (req, res) => {
    const note = act(lms, req);
    const place = req.params.action === 'delete' ? '/tools' : `/tools/${req.params.toolId}`;
    res.redirect(303, `${place}?note=${encodeURIComponent(note)}`);
  });
  return router;
}

function act(lms: Lms, req: Request): string {
  const tool = lms.tools.get(String(req.params.toolId));
  switch (req.params.action) {
    case 'activate':
      tool.state = tool.state === 'active' ? 'pending' : 'active';
      return tool.state === 'active' ? `${tool.name} is active.` : `${tool.name} is pending.`;
    case 'chooser':
      tool.inChooser = !tool.inChooser;
      return tool.inChooser
        ? 'It is shown in the activity chooser.'
        : 'It is hidden from the activity chooser.';
    case 'deploy': {
      const id = lms.tools.deploy(tool.id, field(req, 'deployment') || undefined);
      const courseId = field(req, 'course');
      if (courseId) lms.courses.get(courseId).deployments.set(tool.id, id);
      return `Installed as deployment ${id}.`;
    }
    case 'edit':
      Object.assign(tool, readTool(req));
      return 'Saved.';
    case 'delete':
      for (const link of lms.links.list()) if (link.toolId === tool.id) lms.removeLink(link.id);
      lms.tools.remove(tool.id);
      return `${tool.name} and its activities are gone.`;
    default:
      throw new LmsError(404, 'There is no such action.');
  }
}

function readTool(req: Request) {
  const asked = (req.body as Record<string, unknown>).scopes;
  const scopes: unknown[] = Array.isArray(asked) ? asked : [asked];
  const targetLinkUri = httpUrl(field(req, 'targetLinkUri'), 'The target link');
  return {
    name: field(req, 'name') || 'External tool',
    description: field(req, 'description'),
    initiateLoginUri: httpUrl(field(req, 'initiateLoginUri'), 'The login URL'),
    redirectUris: splitLines(field(req, 'redirectUris')).map((uri) => httpUrl(uri, 'A redirect URI')),
    targetLinkUri,
    deepLinkingUri: field(req, 'deepLinkingUri')
      ? httpUrl(field(req, 'deepLinkingUri'), 'The deep linking URL')
      : targetLinkUri,
    jwksUri: httpUrl(field(req, 'jwksUri'), 'The key set URL'),
    customParameters: readLines(field(req, 'custom')),
    scopes: ALL_SCOPES.filter((scope) => scopes.includes(scope)),
  };
}

function splitLines(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/** @throws {LmsError} 400 for anything but an http or https address */
function httpUrl(text: string, what: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new LmsError(400, `${what} is not a web address.`);
}
