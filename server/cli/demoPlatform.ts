import { AppError } from '../errors.ts';
import { createInvite } from '../features/platforms/invites.service.ts';
import { listPlatforms } from '../features/platforms/platforms.service.ts';

type InviteDeps = Parameters<typeof createInvite>[0];

/** A person on the demo LMS's pages: stores its cookies, as a browser would. */
class Visitor {
  readonly #origin: string;
  #cookie = '';

  constructor(origin: string) {
    this.#origin = origin;
  }

  async get(path: string): Promise<string> {
    return this.#read(
      await fetch(this.#origin + path, { headers: { cookie: this.#cookie }, redirect: 'manual' }),
    );
  }

  async post(path: string, form: Record<string, string> = {}): Promise<string> {
    const body = new URLSearchParams(form);
    return this.#read(
      await fetch(this.#origin + path, {
        method: 'POST',
        body,
        headers: { cookie: this.#cookie },
        redirect: 'manual',
      }),
    );
  }

  async #read(response: Response): Promise<string> {
    const cookies = response.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '');
    if (cookies.length > 0) this.#cookie = cookies.join('; ');
    if (response.status >= 400)
      throw new AppError('UNAVAILABLE', `The demo LMS answered ${response.status} at ${response.url}.`);
    return response.text();
  }
}

const unescape = (text: string): string => text.replaceAll('&amp;', '&');

/** Whether one of the LMS's tools is a registration that our database knows: either side may have started over. */
async function isConnected(toolsPage: string): Promise<boolean> {
  const platforms = await listPlatforms();
  return platforms.some(({ clientId }) => toolsPage.includes(`<code>${clientId}</code>`));
}

/**
 * Does what the demo LMS's admin would do by hand: pastes a one-time registration URL, lets the frame open it, and activates the
 * tool. Does nothing if it is already done.
 */
export async function registerDemoPlatform(
  deps: InviteDeps,
  institutionId: string,
  platformUrl: string,
): Promise<void> {
  const admin = new Visitor(platformUrl);
  await admin.get('/act-as/admin?to=/tools');
  if (await isConnected(await admin.get('/tools'))) return;
  const invite = await createInvite(deps, { institutionId, autoApprove: true });
  const page = await admin.post('/tools/register', { url: invite, update: 'no' });
  const framed = /id="register-frame"[^>]*\ssrc="([^"]+)"/.exec(page)?.[1];
  if (framed === undefined) throw new AppError('UNAVAILABLE', 'The demo LMS showed no registration frame.');
  const registered = await fetch(unescape(framed));
  if (!registered.ok)
    throw new AppError('REGISTRATION_REFUSED', `The registration answered ${registered.status}.`);
  const tool = /data-tool="([^"]+)" data-state="pending"/.exec(await admin.get('/tools'))?.[1];
  if (tool === undefined)
    throw new AppError('REGISTRATION_REFUSED', 'The tool does not stand among the demo LMS’s tools.');
  await admin.post(`/tools/${tool}/activate`);
  if ((await admin.get('/tools')).includes('Show in the activity chooser'))
    await admin.post(`/tools/${tool}/chooser`);
}
