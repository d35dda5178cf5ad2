import { Router, urlencoded, type Request, type Response } from 'express';
import type { Lms } from '../lms.ts';
import { barePage } from '../pages/handover.ts';
import { html } from '../pages/html.ts';
import { need } from '../state/errors.ts';
import type { DeepLink } from '../state/types.ts';
import { donePage, formPage, listPage } from './deepLink.pages.ts';
import { readResponse, saveItems } from './response.ts';

/** Where the tool's selection comes back (DL 2.0 §4.3.2), and where the person saves it. */
export function createDeepLinkRoutes(lms: Lms): Router {
  const router = Router();
  const form = urlencoded({ extended: false, limit: '2mb' });
  router.post('/lti/deep-link-return/:id', form, (req, res) => receive(lms, req, res, String(req.params.id)));
  router.post('/mod/lti/contentitem_return.php', form, (req, res) =>
    receive(lms, req, res, typeof req.query.sesskey === 'string' ? req.query.sesskey : ''),
  );
  router.post('/courses/:courseId/select/:id/save', form, (req, res) => {
    const dialogue = need(lms.launches.findDeepLink(String(req.params.id)), 'This selection');
    const body = req.body as Record<string, unknown>;
    const edited = dialogue.items.length === 1 ? [applyForm(dialogue.items[0] ?? {}, body)] : dialogue.items;
    const saved = saveItems(lms, dialogue, edited);
    const reason = saved.refused[0]?.reason;
    if (reason && dialogue.items.length === 1) {
      res.status(400).send(formPage(lms, dialogue, edited[0] ?? {}, reason));
      return;
    }
    res.send(donePage(lms, dialogue, saved));
  });
  return router;
}

async function receive(lms: Lms, req: Request, res: Response, id: string): Promise<void> {
  const dialogue = need(lms.launches.findDeepLink(id), 'This selection');
  const jwt = (req.body as Record<string, unknown> | undefined)?.JWT;
  const read = await readResponse(lms, dialogue, typeof jwt === 'string' ? jwt : '');
  if (!read.ok) {
    res
      .status(read.status)
      .send(barePage('The selection was refused', html`<p role="alert">${read.reason}</p>`));
    return;
  }
  res.send(answerPage(lms, dialogue, read));
}

/** Moodle lets the person look before anything is created; the others create at once. */
function answerPage(
  lms: Lms,
  dialogue: DeepLink,
  notes: { msg: string | null; errormsg: string | null },
): string {
  const [first, second] = dialogue.items;
  if (lms.rules().mode === 'moodle' && first) {
    return second ? listPage(lms, dialogue) : formPage(lms, dialogue, first, null);
  }
  const said = lms.rules().mode === 'moodle' ? {} : notes;
  return donePage(lms, dialogue, { ...saveItems(lms, dialogue), ...said });
}

function applyForm(item: Record<string, unknown>, body: Record<string, unknown>): Record<string, unknown> {
  const changed = { ...item };
  if (typeof body.title === 'string') changed.title = body.title;
  if (typeof body.text === 'string') changed.text = body.text;
  if (typeof body.scoreMaximum === 'string' && item.lineItem) {
    changed.lineItem = { ...item.lineItem, scoreMaximum: Number(body.scoreMaximum) };
  }
  return changed;
}
