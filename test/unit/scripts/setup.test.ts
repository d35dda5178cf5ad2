import { describe, expect, it } from '@jest/globals';
import { findBrowser, machinePaths, noDebianReason } from '../../../scripts/lib/chromium.mjs';
import { withDefaultDatabase } from '../../../scripts/lib/demoSite.mjs';
import { withDatabase } from '../../../scripts/lib/mongod.mjs';
import { faultIn } from '../../../scripts/lib/services.mjs';
import {
  aptCommand,
  installSystemPackages,
  setupDecision,
  withSystemFolders,
} from '../../../scripts/lib/systemPackages.mjs';
import type { Apt, Machine } from '../../../scripts/lib/systemPackages.mjs';

type AptResult = Awaited<ReturnType<Apt['run']>>;

describe('system packages', () => {
  it.each([
    ['as root on a bare machine, where nobody was asked', { env: {}, uid: 0 }, 'install'],
    ['on a build machine as root', { env: { CI: 'true' }, uid: 0 }, 'install'],
    ['where the person said so, as root', { env: { WAYMARK_SETUP: '1' }, uid: 0 }, 'install'],
    ['as root, refused', { env: { WAYMARK_SETUP: '0' }, uid: 0 }, 'refused'],
    ['as root on a build machine, refused', { env: { CI: '1', WAYMARK_SETUP: 'false' }, uid: 0 }, 'refused'],
    ['with an empty variable, as root', { env: { WAYMARK_SETUP: '' }, uid: 0 }, 'install'],
    ['by another person', { env: {}, uid: 1000 }, 'not root'],
    ['by another person who asked for it', { env: { WAYMARK_SETUP: '1' }, uid: 1000 }, 'not root'],
    ['on a build machine, but not as root', { env: { CI: 'true' }, uid: 1000 }, 'not root'],
    ['on a system without user ids', { env: {}, uid: undefined, hasApt: false }, 'no apt'],
    ['where there is no apt', { env: { CI: '1' }, uid: 0, hasApt: false }, 'no apt'],
    ['where there is no apt, refused', { env: { WAYMARK_SETUP: '0' }, uid: 0, hasApt: false }, 'refused'],
  ])('%s: %#', (_when, machine, decision) => {
    expect(setupDecision(machine)).toBe(decision);
  });

  it('come with the exact command for a person', () => {
    expect(aptCommand(['libcurl4'])).toBe(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends libcurl4',
    );
  });

  /** An apt that notes how it was called. */
  const fakeApt = (machine: Machine, results: AptResult[] = []) => {
    const said: string[] = [];
    const calls: (readonly string[])[] = [];
    const run = (args: readonly string[]): Promise<AptResult> => {
      calls.push(args);
      return Promise.resolve(results[calls.length - 1] ?? { code: 0, timedOut: false, output: '' });
    };
    const progress = { say: (line: string) => void said.push(line), write: () => undefined };
    const install = () =>
      installSystemPackages(['chromium'], progress, () => Promise.resolve({ machine, run }));
    return { install, said, calls };
  };
  const ROOT = { env: {}, uid: 0 };

  it('are installed by apt as root, with a line that says so and how to refuse', async () => {
    const { install, said, calls } = fakeApt(ROOT);

    const problem = await install();

    expect(problem).toBeNull();
    expect(said).toEqual(['Installing chromium with apt, as root (WAYMARK_SETUP=0 refuses this) …']);
    expect(calls.map((args) => args.filter((arg) => !arg.startsWith('-') && !arg.includes('=')))).toEqual([
      ['update'],
      ['install', 'chromium'],
    ]);
  });

  it.each<[string, Machine, RegExp]>([
    ['refused', { env: { WAYMARK_SETUP: '0' }, uid: 0 }, /^WAYMARK_SETUP refuses it; by hand: `sudo apt-get/],
    ['no root', { env: {}, uid: 1000 }, /^run `sudo apt-get .* chromium` \(as root it is done by itself\)$/],
    ['no apt', { ...ROOT, hasApt: false }, /^there is no apt-get here/],
  ])('are not touched, and it is said why: %s', async (_why, machine, words) => {
    const { install, said, calls } = fakeApt(machine);

    const problem = await install();

    expect(problem).toMatch(words);
    expect({ said, calls }).toEqual({ said: [], calls: [] });
  });

  it.each<[string, AptResult[], string | null]>([
    [
      'the end of its words',
      [
        { code: 0, timedOut: false, output: '' },
        { code: 100, timedOut: false, output: 'Reading…\nE: Unable to locate package chromium\n' },
      ],
      'apt could not install chromium: Reading… E: Unable to locate package chromium',
    ],
    [
      'that it took too long',
      [
        { code: 0, timedOut: false, output: '' },
        { code: null, timedOut: true, output: '' },
      ],
      'apt could not install chromium: it took too long',
    ],
    ['nothing where only the update failed', [{ code: 100, timedOut: false, output: 'W: no network' }], null],
  ])('that apt could not install tell %s', async (_what, results, words) => {
    const { install } = fakeApt(ROOT, results);

    expect(await install()).toBe(words);
  });

  it.each([
    [undefined, '/usr/sbin'],
    ['/only/this', '/only/this'],
    ['/only/this', '/sbin'],
  ])('are installed with the folders that dpkg asks for on PATH, whatever it was: %s', (path, folder) => {
    expect(withSystemFolders(path).split(':')).toContain(folder);
  });
});

describe('Debian’s package of Chromium', () => {
  it.each([
    ['PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n', null],
    ['ID=raspbian\nID_LIKE=debian\n', null],
    ['ID=ubuntu\nID_LIKE=debian\n', 'it is only a snap on Ubuntu'],
    ['ID="alpine"\n', 'this is no Debian'],
    ['', 'this is no Debian'],
  ])('is there or not by /etc/os-release: %j', (system, reason) => {
    expect(noDebianReason(system)).toBe(reason);
  });
});

describe('finding a browser', () => {
  const none = (place: string, reason: string) => ({ place, find: () => Promise.resolve({ reason }) });

  it('takes the first that is there', async () => {
    const here = { place: 'this machine', find: () => Promise.resolve({ path: '/usr/bin/chromium' }) };

    expect(await findBrowser([none('WAYMARK_CHROMIUM', 'not set'), here])).toBe('/usr/bin/chromium');
  });

  it('names every way tried and the ways out when there is none', async () => {
    const failure = findBrowser([none('this machine', 'none'), none("Playwright's download", 'no network')]);

    await expect(failure).rejects.toThrow(/this machine: none[\s\S]*no network[\s\S]*install -y .*chromium/);
  });

  it('looks in /usr/bin even when PATH does not name it', () => {
    expect(machinePaths('linux', { PATH: '/opt/bin' })).toEqual(
      expect.arrayContaining(['/usr/bin/chromium', '/opt/bin/google-chrome']),
    );
  });
});

describe('a connection string', () => {
  it.each([
    ['mongodb://h:1/?replicaSet=rs0', 'mongodb://h:1/x?replicaSet=rs0'],
    ['mongodb://h:1', 'mongodb://h:1/x'],
    ['mongodb://u:p@a:1,b:2/old?w=1', 'mongodb://u:p@a:1,b:2/x?w=1'],
    ['mongodb+srv://h.example/', 'mongodb+srv://h.example/x'],
  ])('%s gets its database', (uri, named) => {
    expect(withDatabase(uri, 'x')).toBe(named);
  });

  it('keeps the database it names, for the demo', () => {
    expect(withDefaultDatabase('mongodb://h:1/mine?w=1')).toBe('mongodb://h:1/mine?w=1');
    expect(withDefaultDatabase('mongodb://h:1/?w=1')).toBe('mongodb://h:1/waymark?w=1');
  });

  it('that is none is refused without showing its password', () => {
    expect(() => withDatabase('postgres://u:secret@h/db', 'x')).toThrow(
      /no MongoDB connection string(?!.*secret)/,
    );
  });
});

describe("what the demo shows of a program's log", () => {
  it.each([
    [
      'an error with its cause',
      '{"level":50,"msg":"Refused","err":{"message":"no key"}}',
      false,
      'Refused: no key',
    ],
    ['no mere notice', '{"level":30,"msg":"listening"}', false, null],
    ['plain text on standard error', 'Error: EADDRINUSE', true, 'Error: EADDRINUSE'],
    ['no plain text on standard output', 'hello', false, null],
    ['no empty line', '  ', true, null],
  ])('%s', (_what, line, isStderr, shown) => {
    expect(faultIn(line, isStderr)).toBe(shown);
  });
});
