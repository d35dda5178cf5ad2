import { test as base, type Browser, type BrowserContext, type Page } from '@playwright/test';
import mongoose from 'mongoose';
import { connectDatabase } from '../../../server/db.ts';
import { KeptContexts, launchAllowing, openContext, type Opened } from './contexts.ts';
import { createWorlds } from './joinedWorlds.ts';
import { once } from './once.ts';
import { openShared, type SharedWorld } from './shared.ts';
import { startTool, type World } from './world.ts';

export type Cookies = 'allowed' | 'blocked';

interface Fixtures {
  world: World;
  cookies: Cookies;
  onlyLooks: boolean;
  opened: Opened & { page?: Page };
  context: BrowserContext;
  page: Page;
}

interface WorkerFixtures {
  nextWorld: () => Promise<World>;
  /** The browser whose user allows third-party cookies, started when it is first asked for. */
  allowing: () => Promise<Browser>;
  kept: KeptContexts;
  shared: SharedWorld;
  ownProcess: boolean;
}

/**
 * `world`: an institution and an LMS of the test's own, at the tool of its process. `shared`: the one of all tests of the process. Files
 * that make a test object of their own, or change an option of a process, run in processes of their own: that costs 15 s.
 *
 * - `test.use({ cookies: 'allowed' })`: in the other kind of browser.
 * - `test.use({ onlyLooks: true })`: the tests write nothing into the browser, so they get a page that others have used, and `openPlace`
 *   goes on with the launches in it: that takes a fifth of the time. Third-party cookies are blocked.
 * - `test.use({ ownProcess: true })`: the file connects the models itself.
 */
export const test = base.extend<Fixtures, WorkerFixtures>({
  nextWorld: [
    async ({ browserName: _ }, use) => {
      const tool = await startTool();
      await use(createWorlds(tool));
      await tool.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  allowing: [
    async ({ launchOptions }, use) => {
      const launch = once(() => launchAllowing(launchOptions));
      let end = () => Promise.resolve();
      await use(async () => {
        const launched = await launch();
        end = launched.end;
        return launched.browser;
      });
      await end();
    },
    { scope: 'worker' },
  ],
  kept: [
    async ({ browser }, use) => {
      const kept = new KeptContexts(browser);
      await use(kept);
      await kept.close();
    },
    { scope: 'worker' },
  ],
  shared: [
    async ({ nextWorld }, use) => {
      const world = await nextWorld();
      await connectDatabase(world.databaseUri);
      await use(await openShared(world));
      await mongoose.disconnect();
      await world.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  ownProcess: [false, { scope: 'worker', option: true }],
  world: [
    async ({ nextWorld }, use) => {
      const world = await nextWorld();
      await use(world);
      await world.stop();
    },
    { timeout: 120_000 },
  ],
  cookies: ['blocked', { option: true }],
  onlyLooks: [false, { option: true }],
  opened: async (
    { cookies, onlyLooks, browser, allowing, kept, contextOptions, viewport, isMobile, hasTouch },
    use,
  ) => {
    const options = { ...contextOptions, viewport, isMobile, hasTouch };
    const open = async () => openContext(cookies === 'allowed' ? await allowing() : browser, options);
    const opened = onlyLooks ? await kept.get(options) : await open();
    await use(opened);
    if (!onlyLooks) await opened.context.close();
    base.expect(opened.takeRefused(), 'a page wanted what its policy refuses').toEqual([]);
  },
  context: async ({ opened }, use) => {
    await use(opened.context);
  },
  page: async ({ opened }, use) => {
    await use(opened.page ?? (await opened.context.newPage()));
  },
});

export { expect } from '@playwright/test';
