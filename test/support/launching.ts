import type { DemoLms } from '../../demo-lms/server.ts';

/** What a page with one self-submitting form would post. */
function formOf(page: string): { action: string; fields: Record<string, string> } {
  const unescape = (text: string): string =>
    text
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
  const action = /<form[^>]*\saction="([^"]*)"/.exec(page)?.[1];
  if (action === undefined) throw new Error(`no form in the page: ${page.slice(0, 500)}`);
  const inputs = [...page.matchAll(/<input[^>]*>/g)].map(([input]) => [
    /\sname="([^"]*)"/.exec(input)?.[1] ?? '',
    unescape(/\svalue="([^"]*)"/.exec(input)?.[1] ?? ''),
  ]);
  return {
    action: unescape(action),
    fields: Object.fromEntries(inputs.filter(([name]) => name)) as Record<string, string>,
  };
}

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0] ?? '')
    .join('; ');

/**
 * The steps of a launch as a browser takes them: login at the tool, authorization at the LMS, and the form that returns to the tool.
 *
 * @param landAt  another process of the tool, which receives the form
 */
export async function launchResponse(
  toolUrl: string,
  lms: DemoLms,
  who: { personId: string; linkId: string } | { personId: string; courseId: string; toolId: string },
  landAt?: string,
): Promise<Response> {
  const launch = 'linkId' in who ? lms.lms.openLaunch(who) : lms.lms.openDeepLink(who);
  const { params } = lms.lms.loginRequest(launch);
  const login = await fetch(`${toolUrl}/lti/login`, { method: 'POST', body: new URLSearchParams(params) });
  const page = await login.text();
  const href = /id="go"[^>]*\shref="([^"]+)"/s.exec(page.replace(/\s+/g, ' '))?.[1];
  if (href === undefined) throw new Error(`no way to the LMS in the login page: ${page.slice(0, 800)}`);
  const acting = await fetch(`${lms.url}/act-as/${who.personId}?to=/courses`, { redirect: 'manual' });
  const authorized = await fetch(href.replaceAll('&amp;', '&'), { headers: { cookie: cookiesOf(acting) } });
  const { action, fields } = formOf(await authorized.text());
  return fetch(landAt === undefined ? action : `${landAt}/lti/launch`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { cookie: cookiesOf(login) },
    redirect: 'manual',
  });
}

/** A launch that must succeed. @returns the bearer and the key that its page received */
export async function launchThrough(
  ...given: Parameters<typeof launchResponse>
): Promise<{ bearer: string; key: string }> {
  const response = await launchResponse(...given);
  const page = await response.text();
  const block = /id="waymark-session">([^<]*)</.exec(page)?.[1];
  if (response.status !== 200 || block === undefined)
    throw new Error(`the launch answered ${response.status}: ${page.slice(0, 1500)}`);
  return JSON.parse(block) as { bearer: string; key: string };
}
