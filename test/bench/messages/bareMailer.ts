import { MailConnection, toMailServer } from '../../../server/features/messages/mail/smtp.ts';

/**
 * Sends so many mails of the usual size over so many connections, and does nothing else: what the mail server and this machine make of
 * it. Says `ready`, begins at the first line that it reads, and says the seconds that it took.
 */
const count = Number(process.env['WM_COUNT'] ?? 0);
const connections = Number(process.env['WM_CONNECTIONS'] ?? 1);
const server = toMailServer(process.env['SMTP_URL'] ?? '');

process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
const began = performance.now();
let next = 0;
async function send(): Promise<void> {
  const connection = new MailConnection(server);
  for (let n = next++; n < count; n = next++) {
    const to = `${n}@example.org`;
    const raw = Buffer.from(
      `To: ${to}\r\nMessage-ID: <${n}@localhost>\r\n\r\n${'Words of a mail.\r\n'.repeat(100)}`,
    );
    const { kind, said } = await connection.send({ from: 'no-reply@example.org', to, raw });
    if (kind !== 'sent') throw new Error(said);
  }
  connection.quit();
}
await Promise.all(Array.from({ length: connections }, send));
process.stdout.write(`${(performance.now() - began) / 1000}\n`);
process.exit(0);
