import { Router, type Request, type Response } from 'express';
import { DONE } from '../../../contract/common.ts';
import { messageEndpoints } from '../../../contract/messages.ts';
import type { Deps } from '../../deps.ts';
import { html } from '../../http/html.ts';
import { route, type RouteDeps } from '../../http/route.ts';
import { messageBody, sendPage } from '../../lti/pages/layout.ts';
import { pageWordsFor } from '../../words/pageWords.ts';
import { kindName } from './mail/compose.ts';
import { getUnread, listMessages, markRead } from './inbox.service.ts';
import { changeMessageSettings, getMessageSettings } from './settings.service.ts';
import {
  readUnsubscription,
  unsubscribe,
  UNSUBSCRIBE_PATH,
  type Unsubscription,
} from './unsubscribe.service.ts';

/** The caller's inbox, and how they want to get messages. */
export function mountMessages(routes: RouteDeps, deps: Pick<Deps, 'config'>): void {
  route(routes, messageEndpoints.list, ({ session, query }) => listMessages(session, query.cursor));
  route(routes, messageEndpoints.unread, ({ session }) => getUnread(session));
  route(routes, messageEndpoints.markRead, ({ session, body }) => markRead(session, body.ids));
  route(routes, messageEndpoints.settings, ({ session }) => getMessageSettings(deps, session));
  route(routes, messageEndpoints.changeSettings, async ({ session, body }) => {
    await changeMessageSettings(session, body);
    return DONE;
  });
}

const NOBODY = ["'none'"];

function sendBadLink(res: Response): void {
  const words = pageWordsFor(res);
  const [title, text] = [words.t('unsubscribe.badTitle'), words.t('unsubscribe.badText')];
  const body = messageBody({ title, text, action: null, foot: null });
  sendPage(res, 404, { words, title, body, ancestors: NOBODY });
}

/** Asks first: programs that check mail for harm open each link in it. */
function sendQuestion(res: Response, { kind }: Unsubscription): void {
  const words = pageWordsFor(res);
  const { t } = words;
  const title = t('unsubscribe.title');
  const text = t('unsubscribe.text', { kind: kindName(words, kind) });
  const form = html`<form method="post"><button class="act">${t('unsubscribe.act')}</button></form>`;
  const body = messageBody({ title, text, action: null, foot: form });
  sendPage(res, 200, { words, title, body, ancestors: NOBODY, postsForm: true });
}

function sendDone(res: Response, { kind }: Unsubscription): void {
  const words = pageWordsFor(res);
  const { t } = words;
  const title = t('unsubscribe.doneTitle');
  const text = t('unsubscribe.doneText', { kind: kindName(words, kind) });
  sendPage(res, 200, {
    words,
    title,
    body: messageBody({ title, text, action: null, foot: null }),
    ancestors: NOBODY,
  });
}

/** `/mail/unsubscribe/:token`: a page that asks, and the POST by which the page or a mail program ends a kind (RFC 8058). */
export function createUnsubscribeRouter(deps: Pick<Deps, 'sealer'>): Router {
  const router = Router();
  const path = `${UNSUBSCRIBE_PATH}/:token`;
  router.get(path, (req: Request<{ token: string }>, res) => {
    const found = readUnsubscription(deps, req.params.token);
    if (found) sendQuestion(res, found);
    else sendBadLink(res);
  });
  router.post(path, async (req: Request<{ token: string }>, res) => {
    const found = readUnsubscription(deps, req.params.token);
    if (!found) {
      sendBadLink(res);
      return;
    }
    await unsubscribe(found);
    sendDone(res, found);
  });
  return router;
}
