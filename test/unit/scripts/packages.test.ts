import { describe, expect, it } from '@jest/globals';
import { holdsAll, packagesStamp } from '../../../scripts/lib/packages.mjs';

const MACHINE = { major: '20', platform: 'linux', arch: 'x64' };
const LOCK = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b-win32': { version: '2.0.0', integrity: 'sha512-b', optional: true },
  },
};
const installed = (packages: Record<string, { version: string; integrity: string }>) => ({ packages });
const A = { version: '1.0.0', integrity: 'sha512-a' };

describe('the stamp of installed packages', () => {
  it('stays the same for the same lock file on the same machine', () => {
    const first = packagesStamp('{"a":1}', MACHINE);

    expect(packagesStamp('{"a":1}', MACHINE)).toBe(first);
  });

  it.each([
    ['the lock file', '{"a":2}', MACHINE],
    ["Node's major version", '{"a":1}', { ...MACHINE, major: '24' }],
    ['the system', '{"a":1}', { ...MACHINE, platform: 'darwin' }],
    ['the processor', '{"a":1}', { ...MACHINE, arch: 'arm64' }],
  ])('changes with %s', (_what, lock, machine) => {
    const first = packagesStamp('{"a":1}', MACHINE);

    expect(packagesStamp(lock, machine)).not.toBe(first);
  });
});

describe('packages that somebody installed by hand', () => {
  it('are taken when they are those of the lock file, without the binaries of other systems', () => {
    expect(holdsAll(LOCK, installed({ 'node_modules/a': A }))).toBe(true);
  });

  it.each([
    ['one is missing', {}],
    ['one has another version', { 'node_modules/a': { ...A, version: '1.0.1' } }],
    ['one has another content', { 'node_modules/a': { ...A, integrity: 'sha512-x' } }],
    ['there is one more', { 'node_modules/a': A, 'node_modules/c': A }],
  ])('are installed anew when %s', (_what, packages) => {
    expect(holdsAll(LOCK, installed(packages))).toBe(false);
  });
});
