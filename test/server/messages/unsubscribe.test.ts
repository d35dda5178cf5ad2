import { beforeAll, describe, expect, it } from '@jest/globals';
import { messageEndpoints, type MessageKind } from '../../../contract/messages.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { chooseMessages } from '../../../server/features/messages/settings.service.ts';
import { unsubscribeUrl } from '../../../server/features/messages/unsubscribe.service.ts';
import { useApp, type Caller } from '../../support/app.ts';

const world = useApp();

let reader: Caller;
let personId = '';
beforeAll(async () => {
  reader = await world.launch('teacher-1', world.links.module);
  personId = (await reader.call(sessionEndpoints.get)).body.person.id;
});

/** Where the link of a mail leads here. */
const linkOf = (kind: MessageKind): string => {
  const { institutionId, deps } = world;
  const { pathname } = new URL(unsubscribeUrl(deps, { institutionId, personId, kind }));
  return `${world.url}${pathname}`;
};
const choices = async () => (await reader.call(messageEndpoints.settings)).body.choices;

describe('the link in a mail', () => {
  it('asks first, and ends the kind only when its button is pressed', async () => {
    const link = linkOf('approved');

    const asked = await fetch(link);
    const before = await choices();
    const done = await fetch(link, { method: 'POST' });

    expect(asked.status).toBe(200);
    expect(asked.headers.get('content-security-policy')).toContain("form-action 'self'");
    expect(await asked.text()).toContain('<form method="post">');
    expect(before.approved).toBe('mail');
    expect(done.status).toBe(200);
    expect(await choices()).toMatchObject({ approved: 'inbox', returned: 'mail' });
  });

  it('ends the kind by the one click of a mail program, with no cookie and no page', async () => {
    const answer = await fetch(linkOf('returned'), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
      redirect: 'manual',
    });

    expect(answer.status).toBe(200);
    expect(await choices()).toMatchObject({ returned: 'inbox' });
  });

  it('switches nothing on again that was off in the inbox, too', async () => {
    await chooseMessages({ institutionId: world.institutionId, personId }, 'date_near', 'off');

    await fetch(linkOf('date_near'), { method: 'POST' });

    expect(await choices()).toMatchObject({ date_near: 'off' });
  });

  it.each([
    ['changed', (link: string) => link.replace(/.(?=\.[^.]*$)/, (sign) => (sign === 'A' ? 'B' : 'A'))],
    ['cut short', (link: string) => link.slice(0, -5)],
    ['without a signature', (link: string) => link.replace(/\.[^.]*$/, '')],
  ])('that was %s ends nothing, and says so', async (_how, change) => {
    const link = change(linkOf('date_moved'));

    const answers = [await fetch(link), await fetch(link, { method: 'POST' })];

    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(await answers[0]?.text()).toContain('This link does not work');
    expect(await choices()).toMatchObject({ date_moved: 'mail' });
  });
});

describe('the settings of messages', () => {
  it('keep a zone of the browser, and refuse one that is none', async () => {
    const kept = await reader.call(messageEndpoints.changeSettings, { body: { zone: 'America/Chicago' } });
    const refused = await reader.call(messageEndpoints.changeSettings, { body: { zone: 'Mars/Olympus' } });

    expect(kept.status).toBe(200);
    expect(refused).toMatchObject({ status: 400, error: { code: 'VALIDATION_FAILED' } });
    expect((await reader.call(messageEndpoints.settings)).body).toMatchObject({
      zone: 'America/Chicago',
      isMailSetUp: false,
    });
  });

  it('change what is named and nothing else', async () => {
    await reader.call(messageEndpoints.changeSettings, { body: { choices: { handed_in: 'off' } } });
    await reader.call(messageEndpoints.changeSettings, { body: { choices: { passed_on: 'inbox' } } });

    expect(await choices()).toMatchObject({ handed_in: 'off', passed_on: 'inbox', admin_needed: 'mail' });
  });
});
