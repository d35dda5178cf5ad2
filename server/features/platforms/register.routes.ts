import type { RequestHandler } from 'express';
import { z } from 'zod';
import { toAddress } from '../../lti/addresses.ts';
import { frameAncestors } from '../../lti/frames.ts';
import { LaunchRefused } from '../../lti/launchRefused.ts';
import { messageBody, sendPage } from '../../lti/pages/layout.ts';
import type { Platform } from '../../lti/platforms.ts';
import { pageWordsFor, type PageWords } from '../../words/pageWords.ts';
import { checkInvite, countRegistrationTry } from './invites.service.ts';
import { registerPlatform, type Registration, type RegistrationServiceDeps } from './registration.service.ts';

const Query = z.looseObject({
  invite: z.string().regex(/^[\w-]{43}$/),
  openid_configuration: z.string().min(1).max(2000).optional(),
  registration_token: z.string().min(1).max(8192).regex(/^\S+$/).optional(),
});

/** Tells the LMS that its frame or pop-up can be closed (dynamic registration 1.0 §3.7); it contains nothing secret. */
const CLOSE_SCRIPT = `(window.opener||window.parent).postMessage({subject:'org.imsglobal.lti.close'},'*');`;

function readQuery(query: unknown, allowLocal: boolean): Registration {
  const parsed = Query.safeParse(query);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path[0];
    throw field === 'invite' ? new LaunchRefused('INVITE_MALFORMED') : new LaunchRefused('QUERY');
  }
  const { invite, openid_configuration: url, registration_token: token } = parsed.data;
  if (url === undefined) throw new LaunchRefused('OPENID_CONFIGURATION_MISSING');
  const openidConfiguration = toAddress(url, allowLocal);
  if (!openidConfiguration) throw new LaunchRefused('CONFIGURATION_ADDRESS_REFUSED');
  return { invite, openidConfiguration, registrationToken: token ?? null };
}

/** What an admin has to do after this page, as far as it is the same everywhere. */
function messageOf({ t }: PageWords, { family }: Platform, isNew: boolean): { title: string; text: string } {
  if (isNew) return { title: t('registered.title'), text: t(`registered.${family}`) };
  const text = t(family === 'moodle' ? 'registered.moodleUpdate' : 'registered.updated');
  return { title: t('registered.titleUpdated'), text };
}

/** `GET /lti/register?invite=…&openid_configuration=…&registration_token=…`: registers, then asks the LMS to close the page. */
export function registerHandler(deps: RegistrationServiceDeps): RequestHandler {
  return async (req, res) => {
    // a link checker sends HEAD only: it must not use up the invite
    if (req.method !== 'GET') throw new LaunchRefused('METHOD');
    const want = readQuery(req.query, deps.config.allowLocalPlatforms);
    checkInvite(deps, want.invite);
    await countRegistrationTry(want.invite);
    const { platform, isNew } = await registerPlatform(deps, want);
    const words = pageWordsFor(res);
    const message = messageOf(words, platform, isNew);
    sendPage(res, 200, {
      words,
      title: words.t('registered.page'),
      body: messageBody({ ...message, action: null, foot: null }),
      script: CLOSE_SCRIPT,
      ancestors: frameAncestors(platform, null),
    });
  };
}
