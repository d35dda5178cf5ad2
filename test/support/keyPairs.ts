import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { supplyKeyPairs } from '../../demo-lms/state/keys.ts';
import { ToolKeys } from '../../server/lti/keys.ts';

/** For RS256. */
export interface KeyPair {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

function open(pem: string): KeyPair {
  const privateKey = createPrivateKey(pem);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/**
 * Pairs that Jest's global setup generated for the run, since generating one takes a large part of a second. Every test file starts
 * with all of them.
 */
const ready = (JSON.parse(process.env['WAYMARK_TEST_KEYS'] ?? '[]') as string[]).map(open);
// a file has one or two demo LMSs at a time
supplyKeyPairs(ready.splice(0, 2));

/** A pair that nothing else in this test file uses. A new one is generated only if all pairs of the run are in use. */
export function takeKeyPair(): KeyPair {
  return ready.pop() ?? generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** Releases a pair; whatever signed with it must have been closed. */
export function returnKeyPair({ privateKey, publicKey }: KeyPair): void {
  ready.push({ privateKey, publicKey });
}

let toolPair: KeyPair | null = null;

/** The tool's keys. The first one uses the same pair in each test of a file, with a different kid in each database. */
export function buildToolKeys(deps: ConstructorParameters<typeof ToolKeys>[0]): ToolKeys {
  let made = 0;
  return new ToolKeys(deps, () => {
    made += 1;
    toolPair ??= takeKeyPair();
    return Promise.resolve(made === 1 ? toolPair : takeKeyPair());
  });
}
