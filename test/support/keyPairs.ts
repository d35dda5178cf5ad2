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
 * Pairs that jest's global setup made for the run, since making one takes a good part of a second of computing. Every test file
 * begins with all of them.
 */
const ready = (JSON.parse(process.env['WAYMARK_TEST_KEYS'] ?? '[]') as string[]).map(open);
// a file has one or two demo LMSs at a time
supplyKeyPairs(ready.splice(0, 2));

/** A pair that nothing else in this test file has. One is made only when the run's own are all in use. */
export function takeKeyPair(): KeyPair {
  return ready.pop() ?? generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** Gives a pair up; what signed with it must have closed. */
export function returnKeyPair({ privateKey, publicKey }: KeyPair): void {
  ready.push({ privateKey, publicKey });
}

let toolPair: KeyPair | null = null;

/** The tool's keys. The first is of the same pair in each test of a file, under another kid in each database. */
export function buildToolKeys(deps: ConstructorParameters<typeof ToolKeys>[0]): ToolKeys {
  let made = 0;
  return new ToolKeys(deps, () => {
    made += 1;
    toolPair ??= takeKeyPair();
    return Promise.resolve(made === 1 ? toolPair : takeKeyPair());
  });
}
