import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import { sendDueMail } from '../../../server/features/messages/mailer.service.ts';
import { MessageModel } from '../../../server/features/messages/message.model.ts';
import { addDueMessage, addReader, letTimePass } from '../../support/messages.ts';
import { programArguments } from '../../support/programs.ts';
import { testConfig, useServices } from '../../support/services.ts';
import { useMailServer } from '../../support/smtp.ts';
import { until } from '../../support/until.ts';

const { deps, database } = useServices();
const server = useMailServer();

const MAILS = 120;
/** Mails that are on the way, or whose end is not written yet. */
const AT_ONCE = 8;

/** Another process that sends what is due. */
function startMailing(institutionId: string) {
  const child = spawn(process.execPath, programArguments('test/support/mailProgram.ts'), {
    env: {
      ...process.env,
      PUBLIC_URL: 'http://localhost:3000',
      MONGODB_URI: database().uri,
      SECRET_KEYS: 'a-secret-key-for-tests-of-at-least-32-characters',
      SMTP_URL: server.url,
      INSTITUTION_ID: institutionId,
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { child, ended: once(child, 'close') };
}

describe('a process that is killed while it sends mails to a slow server', () => {
  it('leaves each of them sent once or marked as unknown, once another process has gone on', async () => {
    const { _id: institutionId } = await ensureInstitution(deps, `District ${randomUUID()}`);
    const readers = await Promise.all(Array.from({ length: MAILS }, () => addReader(institutionId)));
    await Promise.all(readers.map((reader) => addDueMessage(reader)));
    server.takesMs = 20;

    const { child, ended } = startMailing(institutionId);
    await until('a third of the mails', () =>
      Promise.resolve(server.received.length > MAILS / 3 ? true : null),
    );
    child.kill('SIGKILL');
    await ended;
    await letTimePass(institutionId);
    const config = testConfig({ SMTP_URL: server.url });
    const listInstitutionIds = () => Promise.resolve([institutionId]);
    await sendDueMail({ ...deps, config, listInstitutionIds }, new AbortController().signal);

    const messages = await MessageModel.find({ institutionId }, { personId: 1, mail: 1 }).lean();
    const inState = (state: string) => messages.filter(({ mail }) => mail.state === state);
    const arrived = server.received.map(({ to }) => to);
    expect(new Set(arrived).size).toBe(arrived.length);
    expect(inState('sent').length + inState('unknown').length).toBe(MAILS);
    expect(inState('unknown').length).toBeLessThanOrEqual(AT_ONCE);
    expect(arrived).toEqual(
      expect.arrayContaining(inState('sent').map(({ personId }) => `${personId}@example.org`)),
    );
  }, 120_000);
});
