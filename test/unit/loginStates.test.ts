import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SecretKey } from '../../server/config.ts';
import {
  institutionOfBearer,
  institutionOfCode,
  institutionOfKey,
  institutionOfResume,
  newBearer,
  newCode,
  newLaunchKey,
  newResume,
} from '../../server/features/sessions/sessionTokens.ts';
import { openLogin, startLogin } from '../../server/lti/loginStates.ts';
import { createSealer } from '../../server/seal.ts';

const keyOf = (id: string): SecretKey => ({ id, material: randomBytes(32) });
const [first, second] = [keyOf('00000001'), keyOf('00000002')];
const clock = { now: () => new Date(1_800_000_000_000) };
const sealer = createSealer([first]);

const facts = fc.record({
  platformId: fc.uuid(),
  deploymentId: fc.option(fc.string({ maxLength: 255 })),
  storageTarget: fc.option(fc.stringMatching(/^[\w.:-]{1,255}$/)),
});

/** One character of a text replaced by another one that may stand there. */
const changed = (text: string) =>
  fc.tuple(fc.nat({ max: text.length - 1 }), fc.constantFrom(...'Ab0-_')).map(([at, sign]) => ({
    text: text.slice(0, at) + sign + text.slice(at + 1),
    isSame: text[at] === sign,
  }));

describe('the state of a login', () => {
  test('tells what it was made of, and fits where a state may stand', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { id, state } = startLogin({ clock, sealer }, given);

        expect(openLogin({ sealer }, state)).toMatchObject({ id, ...given, expiresAt: 1_800_000_600_000 });
        expect(state).toMatch(/^[\w.-]{1,4096}$/);
      }),
    );
  });

  test('opens while its key is still listed, and never under others', () => {
    const { state } = startLogin(
      { clock, sealer },
      { platformId: 'p', deploymentId: null, storageTarget: null },
    );

    expect(openLogin({ sealer: createSealer([second, first]) }, state)).not.toBeNull();
    expect(openLogin({ sealer: createSealer([second]) }, state)).toBeNull();
  });

  test('is unlike every other, as is its nonce', () => {
    const given = { platformId: 'p', deploymentId: null, storageTarget: null };
    const made = Array.from({ length: 200 }, () => startLogin({ clock, sealer }, given));

    for (const part of ['id', 'state', 'nonce', 'binding'] as const)
      expect(new Set(made.map((one) => one[part])).size).toBe(200);
  });

  test('that anybody changed says nothing else than it did', () => {
    const given = { platformId: 'p', deploymentId: 'd', storageTarget: null };
    const { id, state } = startLogin({ clock, sealer }, given);

    fc.assert(
      // a changed sign may mean the same bits: then it is the same login, with another nonce
      fc.property(changed(state), ({ text }) => [id, undefined].includes(openLogin({ sealer }, text)?.id)),
    );
  });

  test.each(['', '.', 'a.b.c.d', 'x'.repeat(4096), `${first.id}.${'A'.repeat(16)}.${'A'.repeat(22)}.AAAA`])(
    'is nothing where it was never ours: %s',
    (text) => {
      expect(openLogin({ sealer }, text)).toBeNull();
    },
  );
});

const KINDS = [
  ['bearer', newBearer, institutionOfBearer],
  ['code', newCode, institutionOfCode],
  ['resume cookie', newResume, institutionOfResume],
  ['key', newLaunchKey, institutionOfKey],
] as const;

describe.each(KINDS)('a %s', (kind, make, institutionOf) => {
  test('names its institution, also after a new key was put in front', () => {
    fc.assert(
      fc.property(fc.uuid(), (institutionId) => {
        const token = make(sealer, institutionId);

        expect(institutionOf(sealer, token)).toBe(institutionId);
        expect(institutionOf(createSealer([second, first]), token)).toBe(institutionId);
      }),
    );
  });

  test('of another key, or of another kind, or changed, names none', () => {
    const token = make(sealer, '01234567-89ab-4def-8123-456789abcdef');

    expect(institutionOf(createSealer([second]), token)).toBeNull();
    for (const [other, , ofOther] of KINDS) if (other !== kind) expect(ofOther(sealer, token)).toBeNull();
    fc.assert(
      fc.property(changed(token), ({ text, isSame }) => {
        const named = institutionOf(sealer, text);
        // the last sign of a base64 text has bits that mean nothing
        return isSame || named === null || named === '01234567-89ab-4def-8123-456789abcdef';
      }),
    );
  });

  test('that is random text is none', () => {
    fc.assert(fc.property(fc.string(), (text) => institutionOf(sealer, text) === null));
  });
});
