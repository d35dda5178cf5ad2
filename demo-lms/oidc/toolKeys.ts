import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import type { Tool } from '../state/types.ts';

const cache = new WeakMap<Tool, { uri: string; keys: JWK[] }>();

/** The claims of a JWT that a tool signed, or why it is not believed. */
export type Verified = { claims: Record<string, unknown> } | { fault: string };

/**
 * Checks a tool's RS256 signature by the key set at its `jwksUri`, which is fetched once and again when the
 * key is unknown. Times and audience are for the caller.
 */
export async function verifyToolJwt(tool: Tool, jwt: string): Promise<Verified> {
  try {
    const { kid, alg } = decodeProtectedHeader(jwt);
    if (alg !== 'RS256') return { fault: `Signed with ${String(alg)} instead of RS256` };
    const jwk = pick(await keysOf(tool, false), kid) ?? pick(await keysOf(tool, true), kid);
    if (!jwk) return { fault: 'The key is not in the tool’s key set' };
    const { payload } = await compactVerify(jwt, await importJWK({ ...jwk, alg: 'RS256' }));
    const claims: unknown = JSON.parse(Buffer.from(payload).toString());
    if (typeof claims !== 'object' || claims === null) return { fault: 'Not a set of claims' };
    return { claims: claims as Record<string, unknown> };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : 'Not a JWT' };
  }
}

function pick(keys: JWK[], kid: string | undefined): JWK | undefined {
  if (kid === undefined) return keys.length === 1 ? keys[0] : undefined;
  return keys.find((key) => key.kid === kid);
}

async function keysOf(tool: Tool, fresh: boolean): Promise<JWK[]> {
  const known = cache.get(tool);
  if (known && !fresh && known.uri === tool.jwksUri) return known.keys;
  const response = await fetch(tool.jwksUri, {
    headers: { accept: 'application/json', 'user-agent': 'DemoLms/1.0' },
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`The tool’s key set answered ${response.status}`);
  const set = (await response.json()) as { keys?: JWK[] };
  const keys = set.keys ?? [];
  cache.set(tool, { uri: tool.jwksUri, keys });
  return keys;
}
