import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import express from 'express';
import { html } from '../../server/http/html.ts';
import { sendShell } from '../../server/lti/pages/appShell.ts';
import { sendPage } from '../../server/lti/pages/layout.ts';
import { english } from '../../server/words/pageWords.ts';

const app = express();
app.get('/message', (_req, res) =>
  sendPage(res, 200, { words: english, title: 'A page', body: html`<p>Words</p>`, ancestors: ["'self'"] }),
);
app.get('/app', (_req, res) =>
  sendShell(res, '<!doctype html><html lang="en"><head></head></html>', { ancestors: ["'self'"], formTargets: [] }, null),
); // prettier-ignore
const server = createServer(app);

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

async function bodyOf(path: string, destination: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const asked = request({ port, path, headers: { 'sec-fetch-dest': destination } }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of answer) text += String(part);
  return text;
}

it.each([
  ['/message', / data-framed>/],
  ['/app', /<html data-mantine-color-scheme="light" lang="en">/],
])('%s begins light where it fills a frame, and as the system says in a window', async (path, isLight) => {
  const [framed, alone] = await Promise.all([bodyOf(path, 'iframe'), bodyOf(path, 'document')]);

  expect(framed).toMatch(isLight);
  expect(alone).not.toMatch(isLight);
});
