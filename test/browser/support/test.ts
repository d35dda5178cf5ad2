import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, chromium, type BrowserContext, type Page } from '@playwright/test';
import { createWorlds } from './joinedWorlds.ts';
import { startTool, type World } from './world.ts';

export type Cookies = 'allowed' | 'blocked';

/** A browser whose user allows third-party cookies: Debian's Chromium blocks them unless its profile says so. */
async function openAllowing(
  options: Parameters<typeof chromium.launchPersistentContext>[1],
): Promise<{ context: BrowserContext; end(): Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'waymark-profile-'));
  await mkdir(join(profile, 'Default'), { recursive: true });
  const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, options);
  return {
    context,
    async end() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** What a page's Content-Security-Policy has refused, as the browser tells it on the console. */
function watchPolicy(context: BrowserContext): string[] {
  const refused: string[] = [];
  context.on('console', (message) => {
    if (message.text().includes('Content Security Policy'))
      refused.push(`${message.location().url}: ${message.text()}`);
  });
  return refused;
}

interface Fixtures {
  world: World;
  cookies: Cookies;
  context: BrowserContext;
  page: Page;
}

/** Each test has an institution and an LMS of its own, at the tool of its process; `test.use({ cookies: 'allowed' })` for the other kind of browser. */
export const test = base.extend<Fixtures, { nextWorld: () => Promise<World> }>({
  nextWorld: [
    async ({ browserName: _ }, use) => {
      const tool = await startTool();
      await use(createWorlds(tool));
      await tool.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  world: [
    async ({ nextWorld }, use) => {
      const world = await nextWorld();
      await use(world);
      await world.stop();
    },
    { timeout: 120_000 },
  ],
  cookies: ['blocked', { option: true }],
  context: async ({ cookies, browser, launchOptions, contextOptions, viewport, isMobile, hasTouch }, use) => {
    const options = { ...contextOptions, viewport, isMobile, hasTouch };
    const open = async () => {
      if (cookies === 'allowed') return openAllowing({ ...launchOptions, ...options });
      const context = await browser.newContext(options);
      return { context, end: () => context.close() };
    };
    const { context, end } = await open();
    const refused = watchPolicy(context);
    await use(context);
    await end();
    base.expect(refused, 'a page wanted what its policy refuses').toEqual([]);
  },
  page: async ({ context }, use) => {
    await use(await context.newPage());
  },
});

export { expect } from '@playwright/test';
