import { describe, expect, it } from '@jest/globals';
import { findBrowser, machinePaths } from '../../../scripts/lib/chromium.mjs';
import { withDefaultDatabase } from '../../../scripts/lib/demoSite.mjs';
import { withDatabase } from '../../../scripts/lib/mongod.mjs';
import { faultIn } from '../../../scripts/lib/services.mjs';
import { aptCommand, mayInstall } from '../../../scripts/lib/systemPackages.mjs';

describe('system packages', () => {
  it.each([
    ['on a build machine as root', { env: { CI: 'true' }, uid: 0 }, true],
    ['where the person said so, as root', { env: { WAYMARK_SETUP: '1' }, uid: 0 }, true],
    ['on a build machine, but not as root', { env: { CI: 'true' }, uid: 1000 }, false],
    ['as root, but nobody asked', { env: {}, uid: 0 }, false],
    ['when it was refused', { env: { CI: 'false', WAYMARK_SETUP: '0' }, uid: 0 }, false],
    ['where there is no apt', { env: { CI: '1' }, uid: 0, hasApt: false }, false],
  ])('%s: may be installed? %#', (_when, machine, may) => {
    expect(mayInstall(machine)).toBe(may);
  });

  it('come with the exact command for a person', () => {
    expect(aptCommand(['libcurl4'])).toBe(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends libcurl4',
    );
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
