import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type LaunchOptions,
  type Page,
} from '@playwright/test';

/**
 * A browser whose user allows third-party cookies: Debian's Chromium blocks them unless its profile says so. Each of its contexts
 * starts empty, with the settings of the profile.
 */
export async function launchAllowing(
  options: LaunchOptions,
): Promise<{ browser: Browser; end(): Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'waymark-profile-'));
  await mkdir(join(profile, 'Default'), { recursive: true });
  const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const first = await chromium.launchPersistentContext(profile, options);
  const browser = first.browser();
  if (!browser) throw new Error('the browser of a profile is not reachable');
  return {
    browser,
    async end() {
      await first.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

export interface Opened {
  readonly context: BrowserContext;
  /** Takes what the pages' Content-Security-Policies have refused since the last time, as the browser tells it on the console. */
  takeRefused(): string[];
}

export async function openContext(browser: Browser, options: BrowserContextOptions): Promise<Opened> {
  const context = await browser.newContext(options);
  const refused: string[] = [];
  context.on('console', (message) => {
    if (message.text().includes('Content Security Policy'))
      refused.push(`${message.location().url}: ${message.text()}`);
  });
  return { context, takeRefused: () => refused.splice(0) };
}

/** Contexts with one page each that go from test to test, one for each kind of screen. */
export class KeptContexts {
  readonly #browser: Browser;
  readonly #kept = new Map<string, Promise<Opened & { page: Page }>>();

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** The context for this kind of screen, with nothing emulated and nothing intercepted. */
  async get(options: BrowserContextOptions): Promise<Opened & { page: Page }> {
    const { viewport, ...kind } = options;
    const id = JSON.stringify(kind);
    const opening = this.#kept.get(id) ?? this.#open(options);
    this.#kept.set(id, opening);
    const kept = await opening;
    await kept.page.emulateMedia({ media: null, colorScheme: null, forcedColors: null, reducedMotion: null });
    await kept.page.unrouteAll();
    if (viewport) await kept.page.setViewportSize(viewport);
    return kept;
  }

  async close(): Promise<void> {
    const kept = await Promise.all(this.#kept.values());
    await Promise.all(kept.map(({ context }) => context.close()));
  }

  async #open(options: BrowserContextOptions): Promise<Opened & { page: Page }> {
    const opened = await openContext(this.#browser, options);
    return { ...opened, page: await opened.context.newPage() };
  }
}
