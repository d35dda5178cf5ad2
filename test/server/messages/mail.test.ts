import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { MAILS_PER_DAY } from '../../../contract/messages.ts';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { MessageModel } from '../../../server/features/messages/message.model.ts';
import { MessageSettingsModel } from '../../../server/features/messages/messageSettings.model.ts';
import { sendDueMail } from '../../../server/features/messages/mailer.service.ts';
import { chooseMessages } from '../../../server/features/messages/settings.service.ts';
import { addDueMessage, addReader, letTimePass, mailOf, zoneAtHour } from '../../support/messages.ts';
import { testConfig, useServices } from '../../support/services.ts';
import { useMailServer } from '../../support/smtp.ts';

const { deps } = useServices();
const server = useMailServer();

let institutionId = '';
beforeEach(async () => {
  server.reset();
  institutionId = (await ensureInstitution(deps, `District ${randomUUID()}`))._id;
});

/** One run of a process with this mail server. */
const send = (smtpUrl: string | null = server.url) =>
  sendDueMail(
    {
      ...deps,
      config: { ...testConfig({ PUBLIC_URL: 'http://localhost:3000' }), smtpUrl: smtpUrl ?? undefined },
      listInstitutionIds: () => Promise.resolve([institutionId]),
    },
    new AbortController().signal,
  );

type Reader = Awaited<ReturnType<typeof addReader>>;
const whose = ({ personId }: Reader) => ({ institutionId, _id: personId });
/** What the LMS names now, or what the person decided. */
const changePerson = (reader: Reader, set: { email?: string | null; agreedAt?: null }) =>
  PersonModel.updateOne(whose(reader), { $set: set });

/** Header lines of a mail, joined where they are folded. */
const headersOf = (raw: string): string => (raw.split('\r\n\r\n')[0] ?? '').replace(/\r\n\s+/g, ' ');

describe('a due message', () => {
  it('is mailed once, in the words of its kind, with a link that ends its kind', async () => {
    const reader = await addReader(institutionId);
    const id = await addDueMessage(reader);

    await send();
    await send();

    expect(server.received.map(({ to }) => to)).toEqual([reader.email]);
    const [{ raw } = { raw: '' }] = server.received;
    const headers = headersOf(raw);
    expect(headers).toContain(`To: ${reader.email}`);
    expect(headers).toContain(`Message-ID: <${id}@localhost>`);
    expect(headers).toMatch(/List-Unsubscribe: <http:\/\/localhost:3000\/mail\/unsubscribe\/[\w.-]+>/);
    expect(headers).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(raw).toContain('Explore');
    expect(raw).not.toMatch(/<img|src=/);
    expect(await mailOf(institutionId, id)).toMatchObject({ state: 'sent' });
  });

  it('is sent by one of two processes that look at the same time', async () => {
    const readers = await Promise.all(Array.from({ length: 12 }, () => addReader(institutionId)));
    for (const reader of readers) await addDueMessage(reader);

    await Promise.all([send(), send()]);

    expect(server.received.map(({ to }) => to).sort()).toEqual(readers.map(({ email }) => email).sort());
  });

  it.each([
    ['whose LMS named no address', { email: null }, 'no_address'],
    ['who has not agreed to anything', { agreedAt: null }, 'no_consent'],
  ])('is not mailed to somebody %s', async (_who, given, reason) => {
    const id = await addDueMessage(await addReader(institutionId, given));

    await send();

    expect(server.asked).toEqual([]);
    expect(await mailOf(institutionId, id)).toMatchObject({ state: 'none', reason });
  });

  it('is not mailed if its kind was switched off, or it was read before', async () => {
    const [chosen, reads] = [await addReader(institutionId), await addReader(institutionId)];
    await chooseMessages(chosen, 'approved', 'inbox');
    const off = await addDueMessage(chosen);
    const read = await addDueMessage(reads);
    await MessageModel.updateOne({ institutionId, _id: read }, { $unset: { unread: 1 } });

    await send();

    expect(server.asked).toEqual([]);
    expect(await mailOf(institutionId, off)).toMatchObject({ state: 'none', reason: 'chosen' });
    expect(await mailOf(institutionId, read)).toMatchObject({ state: 'none', reason: 'read_before' });
  });

  it('waits for the end of the quiet hours in the zone of its reader', async () => {
    const reader = await addReader(institutionId);
    const zone = zoneAtHour(new Date(), 0);
    await MessageSettingsModel.updateOne({ institutionId, _id: reader.personId }, { $set: { zone } });
    const id = await addDueMessage(reader);

    await send();

    const { state, dueAt } = await mailOf(institutionId, id);
    expect(server.asked).toEqual([]);
    expect(state).toBe('queued');
    expect(dueAt?.getTime()).toBeGreaterThan(Date.now());
  });

  it.each<[string, (reader: Reader) => Promise<unknown>, object]>([
    ['switches its kind off', (reader) => chooseMessages(reader, 'approved', 'off'), { reason: 'chosen' }],
    ['withdraws consent', (reader) => changePerson(reader, { agreedAt: null }), { reason: 'no_consent' }],
    ['is erased', (reader) => PersonModel.deleteOne(whose(reader)), { reason: 'no_person' }],
    ['has no address any more', (reader) => changePerson(reader, { email: null }), { reason: 'no_address' }],
    [
      'has an address that is a list',
      (reader) => changePerson(reader, { email: 'a@example.org, b@example.org' }),
      { reason: 'no_address' },
    ],
  ])(
    'that waits is not mailed to somebody who meanwhile %s, and holds up nobody',
    async (_what, act, ended) => {
      const [reader, another] = [await addReader(institutionId), await addReader(institutionId)];
      const id = await addDueMessage(reader);
      await addDueMessage(another);
      server.refuse = () => ({ code: 421, text: '4.3.2 Come back later' });
      await send();
      server.refuse = () => null;

      await act(reader);
      await letTimePass(institutionId);
      await send();

      expect(server.received.map(({ to }) => to)).toEqual([another.email]);
      expect(await mailOf(institutionId, id)).toMatchObject({ state: 'none', ...ended });
    },
  );

  it('that waits goes to the address that the LMS names meanwhile', async () => {
    const reader = await addReader(institutionId);
    const id = await addDueMessage(reader);
    server.refuse = () => ({ code: 450, text: '4.2.0 Come back later' });
    await send();
    server.refuse = () => null;

    await changePerson(reader, { email: 'moved@example.org' });
    await letTimePass(institutionId);
    await send();

    expect(server.received.map(({ to }) => to)).toEqual(['moved@example.org']);
    expect(await mailOf(institutionId, id)).toMatchObject({ state: 'sent' });
  });

  it('that can’t be mailed through a fault of ours is put off, and given up when it is no news any more', async () => {
    const [reader, another] = [await addReader(institutionId), await addReader(institutionId)];
    await MessageSettingsModel.updateOne(whose(reader), { $set: { zone: 'Mars/Olympus' } });
    const fresh = await addDueMessage(reader);
    await addDueMessage(another);

    await send();
    const meanwhile = await mailOf(institutionId, fresh);
    await MessageModel.updateOne(
      { institutionId, _id: fresh },
      { $set: { changedAt: new Date(Date.now() - 4 * 24 * 3600_000) } },
    );
    await letTimePass(institutionId);
    await send();

    expect(server.received.map(({ to }) => to)).toEqual([another.email]);
    expect(meanwhile.state).toBe('queued');
    expect(meanwhile.dueAt?.getTime()).toBeGreaterThan(Date.now());
    expect(await mailOf(institutionId, fresh)).toMatchObject({ state: 'none', reason: 'too_late' });
  });

  it('is dropped without a mail server, and not mailed when there is one later', async () => {
    const id = await addDueMessage(await addReader(institutionId));

    await send(null);
    await send();

    expect(server.received).toEqual([]);
    expect(await mailOf(institutionId, id)).toMatchObject({ state: 'none', reason: 'not_set_up' });
  });
});

describe('the caps', () => {
  it('let a kind through so often a day, and all kinds together, whichever processes send', async () => {
    const reader = await addReader(institutionId);
    for (let n = 0; n < 4; n += 1) await addDueMessage(reader, { kind: 'approved' });
    for (let n = 0; n < 4; n += 1) await addDueMessage(reader, { kind: 'returned' });

    await Promise.all([send(), send()]);

    const ended = await MessageModel.find({ institutionId }, { kind: 1, mail: 1 }).lean();
    const sent = ended.filter(({ mail }) => mail.state === 'sent').map(({ kind }) => kind);
    expect(server.received).toHaveLength(MAILS_PER_DAY);
    expect(sent).toHaveLength(MAILS_PER_DAY);
    expect(sent.filter((kind) => kind === 'approved').length).toBeLessThanOrEqual(3);
    expect(ended.filter(({ mail }) => mail.state === 'none')).toHaveLength(3);
  });
});

describe('a mail server', () => {
  it('that greylists is asked again later, and gets the mail once', async () => {
    const reader = await addReader(institutionId);
    const id = await addDueMessage(reader);
    server.refuse = () => ({ code: 451, text: '4.7.1 Greylisted, come back later' });

    await send();
    const meanwhile = await mailOf(institutionId, id);
    server.refuse = () => null;
    await letTimePass(institutionId);
    await send();

    expect(meanwhile).toMatchObject({ state: 'waiting', tries: 1 });
    expect(meanwhile.said).toContain('Greylisted');
    expect(server.received).toHaveLength(1);
    expect(await mailOf(institutionId, id)).toMatchObject({ state: 'sent' });
  });

  it('that greylists for ever is given up', async () => {
    const id = await addDueMessage(await addReader(institutionId));
    server.refuse = () => ({ code: 450, text: '4.2.0 Come back later' });

    for (let tries = 0; tries < 8; tries += 1) {
      await send();
      await letTimePass(institutionId);
    }

    expect(await mailOf(institutionId, id)).toMatchObject({ state: 'failed' });
    expect(server.asked).toHaveLength(7);
  });

  it('that refuses an address for good is not asked for it again, until the LMS names another one', async () => {
    const reader = await addReader(institutionId);
    const first = await addDueMessage(reader);
    server.refuse = () => ({ code: 550, text: '5.1.1 No such user' });
    await send();

    server.refuse = () => null;
    const second = await addDueMessage(reader);
    await send();
    await PersonModel.updateOne(
      { institutionId, _id: reader.personId },
      { $set: { email: 'new@example.org' } },
    );
    const third = await addDueMessage(reader);
    await send();

    expect(await mailOf(institutionId, first)).toMatchObject({ state: 'bounced' });
    expect(await mailOf(institutionId, second)).toMatchObject({ state: 'none', reason: 'address_refused' });
    expect(await mailOf(institutionId, third)).toMatchObject({ state: 'sent' });
    expect(server.received.map(({ to }) => to)).toEqual(['new@example.org']);
  });

  it('that refuses one mail for good does not make its reader’s address a bad one', async () => {
    const reader = await addReader(institutionId);
    const id = await addDueMessage(reader);
    server.refuseMail = () => ({ code: 554, text: '5.7.1 Looks like spam' });

    await send();

    expect(await mailOf(institutionId, id)).toMatchObject({ state: 'bounced' });
    expect(
      await MessageSettingsModel.findOne({ institutionId, _id: reader.personId }).lean(),
    ).not.toHaveProperty('refused');
  });

  it('that hangs up before it replies may have the mail: it is unknown, and never sent again', async () => {
    const id = await addDueMessage(await addReader(institutionId));
    server.hangsUp = true;

    await send();
    server.hangsUp = false;
    await letTimePass(institutionId);
    await send();

    expect(await mailOf(institutionId, id)).toMatchObject({ state: 'unknown' });
    expect(server.received).toHaveLength(1);
  });

  it('that can’t be reached costs no message a try, and is asked once in a run', async () => {
    const reader = await addReader(institutionId);
    const id = await addDueMessage(reader);
    const nobodyListens = 'smtp://127.0.0.1:1';

    const counts = await send(nobodyListens);
    const meanwhile = await mailOf(institutionId, id);
    await letTimePass(institutionId);
    await send();

    expect(counts).toEqual({ unreachable: 1 });
    expect(meanwhile).toMatchObject({ state: 'queued', tries: 0 });
    expect(await mailOf(institutionId, id)).toMatchObject({ state: 'sent' });
  });
});
