import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { startDemoLms, type DemoLms } from '../../demo-lms/server.ts';
import { withDatabase } from '../../scripts/lib/mongod.mjs';
import { createApp } from '../../server/app.ts';
import { registerDemoPlatform } from '../../server/cli/demoPlatform.ts';
import { readConfig } from '../../server/config.ts';
import { connectDatabase } from '../../server/db.ts';
import { ensureInstitution } from '../../server/features/institutions/institutions.service.ts';
import { LaunchRefusalModel } from '../../server/lti/launchRefusal.model.ts';
import { migrate } from '../../server/migrations/migrations.ts';
import { MIGRATIONS } from '../../server/migrations/index.ts';
import { wire, type AppDeps } from '../../server/wire.ts';
import { expect, test } from './support/test.ts';

test.use({ ownProcess: true });

/** Says who is there by the bearer of the page itself, or by the one-time code in its address. */
const SHELL = `<!doctype html><html><head><title>Waymark</title><!--waymark-session--></head>
<body><p id="who"></p><script src="/shell.js"></script></body></html>`;
const SHELL_SCRIPT = `(async () => {
  const block = document.getElementById('waymark-session');
  let granted = block && JSON.parse(block.textContent);
  const code = /code=(.+)$/.exec(location.hash);
  const send = (path, body) => fetch('/api/v1' + path, { method: 'POST', body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'x-waymark': '1' } }).then((r) => r.json());
  if (!granted && code) granted = await send('/session/redeem', { code: code[1] });
  const asked = await fetch('/api/v1/session', { headers: { authorization: 'Bearer ' + granted.bearer } });
  const info = await asked.json();
  const kind = block ? 'page' : 'code';
  const resumed = await send('/session/resume', { key: granted.key });
  const reload = resumed.bearer ? 'can resume' : 'cannot resume';
  document.getElementById('who').textContent = [info.person.displayName, kind, reload].join(', ');
})();`;

/** Real app, real LMSs. */
interface Place {
  deps: AppDeps;
  server: Server;
  plain: DemoLms;
  canvas: DemoLms;
}
let place: Place;
/** As a browser without partitioned cookies. */
let dropCookies = false;

test.beforeAll(async () => {
  const mongod = process.env['WAYMARK_TEST_MONGODB_URI'] ?? '';
  const uri = withDatabase(mongod, `waymark_binding_${randomUUID().slice(0, 8)}`);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = readConfig({
    NODE_ENV: 'test',
    PUBLIC_URL: `http://localhost:${(server.address() as AddressInfo).port}`,
    MONGODB_URI: uri,
    SECRET_KEYS: randomUUID() + randomUUID(),
    ALLOW_LOCAL_PLATFORMS: '1',
    LOG_LEVEL: 'silent',
    WORKERS: '0',
  });
  await connectDatabase(uri);
  const parts = { clock: { now: () => new Date() }, log: pino({ level: 'silent' }), clientDirectory: '' };
  const deps = wire(config, { ...parts, shell: () => SHELL });
  await migrate(deps.log, MIGRATIONS);
  const outer = express();
  outer.get('/shell.js', (_req, res) => void res.type('js').send(SHELL_SCRIPT));
  outer.use((_req, res, next) => {
    const set = res.setHeader.bind(res);
    res.setHeader = (name, value) =>
      dropCookies && name.toLowerCase() === 'set-cookie' ? res : set(name, value);
    next();
  });
  outer.use(createApp(deps));
  server.on('request', outer);
  const institution = await ensureInstitution(deps, 'Browser District');
  const join = async (mode: 'plain' | 'canvas'): Promise<DemoLms> => {
    const lms = await startDemoLms({ mode, toolUrl: config.publicUrl });
    await registerDemoPlatform(deps, institution._id, lms.url);
    return lms;
  };
  place = { deps, server, plain: await join('plain'), canvas: await join('canvas') };
});
test.afterAll(async () => {
  place.server.closeAllConnections();
  place.server.close();
  await Promise.all([place.plain.close(), place.canvas.close(), place.deps.outbound.close()]);
  await mongoose.connection.dropDatabase();
  await mongoose.disconnect();
});

/** The LMS's page of a link that shows the tool in its frame. */
function linkPage({ lms, url }: DemoLms, personId: string): string {
  const [tool] = lms.tools.list();
  const [course] = lms.courses.list();
  if (!tool || !course) throw new Error('the demo LMS has no tool or no course');
  const link = lms.embed({ courseId: course.id, toolId: tool.id, title: 'Link', custom: {} });
  return `${url}/act-as/${personId}?to=/courses/${course.id}/activities/${link.id}`;
}

const FRAME = 'main iframe, iframe';

test.describe('third-party cookies blocked', () => {
  test('the partitioned cookie binds: the page of the launch itself holds the session', async ({ page }) => {
    dropCookies = false;

    await page.goto(linkPage(place.plain, 'teacher-1'));

    const frame = page.frameLocator(FRAME).first();
    await expect(frame.locator('#who')).toHaveText(/^.+, page, can resume$/);
  });

  test('without it the platform keeps the binding in its named frame', async ({ page }) => {
    dropCookies = true;

    await page.goto(linkPage(place.canvas, 'teacher-2'));

    const frame = page.frameLocator('iframe:not([name=post_message_forwarding])').first();
    await expect(frame.locator('#who')).toHaveText(/^.+, code, cannot resume$/);
  });

  test('without any of them it stops before the LMS, and a window of its own works with the same hint', async ({
    page,
    context,
  }) => {
    dropCookies = true;

    await page.goto(linkPage(place.plain, 'teacher-3'));

    const frame = page.frameLocator(FRAME).first();
    await expect(frame.getByRole('heading', { name: 'Your browser keeps us apart' })).toBeVisible();
    const opening = context.waitForEvent('page');
    await frame.getByRole('link', { name: 'Open in a new window' }).click();
    const own = await opening;
    await expect(own.locator('#who')).toHaveText(/^.+, code, cannot resume$/);
  });
});

test.describe('a link with a code of somebody else', () => {
  test('signs nobody in: the code stays behind on the way', async ({ page, context }) => {
    dropCookies = true;
    await page.goto(linkPage(place.plain, 'teacher-1'));
    const frame = page.frameLocator(FRAME).first();
    const opening = context.waitForEvent('page');
    const codes: string[] = [];
    // holds the code back before the page can use it, as its owner could
    await context.route('**/api/v1/session/redeem', async (route) => {
      codes.push((route.request().postDataJSON() as { code: string }).code);
      await route.abort();
    });
    await frame.getByRole('link', { name: 'Open in a new window' }).click();
    const own = await opening;
    await expect.poll(() => codes.length).toBe(1);
    await context.unroute('**/api/v1/session/redeem');
    const link = `${place.deps.config.publicUrl}${new URL(own.url()).pathname}#code=${codes[0]}`;
    const asked: string[] = [];
    const victim = await context.newPage();
    victim.on('request', (request) => void asked.push(new URL(request.url()).pathname));

    await victim.goto(place.plain.url);
    await victim.evaluate((href) => location.assign(href), link);

    await victim.waitForURL(/\/app\/[^/]+\/\?entered=$/);
    await victim.waitForLoadState('networkidle');
    expect(asked).not.toContain('/api/v1/session/redeem');
  });
});

test.describe('third-party cookies allowed', () => {
  test.use({ cookies: 'allowed' });

  test('the cookie binds', async ({ page }) => {
    dropCookies = false;

    await page.goto(linkPage(place.plain, 'teacher-4'));

    await expect(page.frameLocator(FRAME).first().locator('#who')).toHaveText(/, page, can resume$/);
  });

  test('without cookies sessionStorage binds', async ({ page }) => {
    dropCookies = true;

    await page.goto(linkPage(place.plain, 'teacher-5'));

    await expect(page.frameLocator(FRAME).first().locator('#who')).toHaveText(/, code, cannot resume$/);
  });

  test('a browser that stops to keep cookies is told once, and the next launch finds another way', async ({
    page,
  }) => {
    dropCookies = false;
    await page.goto(linkPage(place.plain, 'teacher-2'));
    const frame = page.frameLocator(FRAME).first();
    await expect(frame.locator('#who')).toHaveText(/, page, can resume$/);
    // the probe cookie stays, and nothing that the server says takes it away
    dropCookies = true;

    await page.goto(linkPage(place.plain, 'teacher-2'));
    await expect(frame.getByRole('heading', { name: 'Your browser keeps us apart' })).toBeVisible();
    await expect(frame.getByText('open the link once more')).toBeVisible();
    await page.goto(linkPage(place.plain, 'teacher-2'));

    await expect(frame.locator('#who')).toHaveText(/, code, cannot resume$/);
  });

  test('a binding that was lost on the way is told, with a code to copy and the way back', async ({
    page,
  }) => {
    dropCookies = true;
    await page.addInitScript(() => {
      // lost between login and launch, as in a browser that clears storage on every cross-site hop
      if (location.pathname === '/lti/launch') sessionStorage.clear();
    });

    await page.goto(linkPage(place.plain, 'teacher-1'));

    const frame = page.frameLocator(FRAME).first();
    await expect(frame.getByRole('heading', { name: 'Your browser keeps us apart' })).toBeVisible();
    await expect(frame.locator('code')).toHaveText(/^LAUNCH_BINDING_MISSING [0-9A-Z]{4}-[0-9A-Z]{4}$/);
    await expect(frame.getByRole('link', { name: 'Back to your course' })).toHaveAttribute('target', '_top');
    await frame.getByRole('button', { name: 'Copy' }).click();
    await expect(frame.getByRole('button', { name: 'Copied' })).toBeVisible();
    const [, shortId = ''] = (await frame.locator('code').innerText()).split(' ');
    await expect
      .poll(() => LaunchRefusalModel.countDocuments({ shortId, reason: 'BINDING_MISSING' }))
      .toBe(1);
  });
});
