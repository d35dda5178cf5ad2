import { lookup as resolve, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, fetch, type Headers } from 'undici';
import { parseUrl } from '../url.ts';

export interface OutboundRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Longest response, decompressed. Default 1 MiB. */
  maxBytes?: number;
  /** For the whole exchange. Default 10 s. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface OutboundResponse {
  status: number;
  /** Reason phrase: Moodle gives the reason for a refused score nowhere else. */
  statusText: string;
  headers: Headers;
  body: string;
}

export type OutboundFault = 'address_refused' | 'timeout' | 'network' | 'too_large';

/** There was no response. `address_refused`: nothing was sent at all. */
export class OutboundError extends Error {
  readonly fault: OutboundFault;

  constructor(fault: OutboundFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'OutboundError';
    this.fault = fault;
  }
}

export interface OutboundOptions {
  version: string;
  publicUrl: string;
  /** Accepts http, loopback and private addresses (demo, tests). Link-local stays refused. */
  allowLocal: boolean;
}

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 ** 2;

/** True when we may connect to that IP address. */
export function isAddressAllowed(address: string, allowLocal: boolean): boolean {
  if (!ipaddr.isValid(address)) return false;
  // an IPv4 address written as IPv6 is checked as IPv4
  const range = ipaddr.process(address).range();
  return range === 'unicast' || (allowLocal && ['loopback', 'private', 'uniqueLocal'].includes(range));
}

/** Resolves a name for the connection itself, so that a second DNS response cannot bypass the check. */
function checkedLookup(allowLocal: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const allowed = (addresses ?? []).filter(({ address }) => isAddressAllowed(address, allowLocal));
      const [first] = allowed;
      if (error) callback(error, '', 0);
      else if (!first) callback(new OutboundError('address_refused', 'a private address'), '', 0);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** @throws {OutboundError} address_refused for addresses that may not even be tried */
function checkUrl(text: string, allowLocal: boolean): void {
  const url = parseUrl(text);
  if (!url || !(url.protocol === 'https:' || (allowLocal && url.protocol === 'http:'))) {
    throw new OutboundError('address_refused', 'not an https address');
  }
  if (url.username || url.password) throw new OutboundError('address_refused', 'an address with a password');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host) && !isAddressAllowed(host, allowLocal)) {
    throw new OutboundError('address_refused', 'a private address');
  }
}

async function readBody(body: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.byteLength;
    if (size > maxBytes) throw new OutboundError('too_large', `more than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** undici wraps what the connection threw, so ours may be the cause of the cause. */
function toOutboundError(error: unknown, timedOut: boolean): OutboundError {
  let at = error;
  while (typeof at === 'object' && at !== null) {
    if (at instanceof OutboundError) return at;
    at = 'cause' in at ? at.cause : null;
  }
  if (timedOut) return new OutboundError('timeout', 'no answer in time', error);
  return new OutboundError('network', 'no connection', error);
}

/**
 * Every call that Waymark makes to a platform. Redirects are never followed (the 3xx is the response), private and loopback
 * addresses are refused unless allowed, and the address that was checked is the one that is connected to.
 */
export class Outbound {
  readonly #allowLocal: boolean;
  readonly #agent: Agent;
  readonly #userAgent: string;

  constructor({ version, publicUrl, allowLocal }: OutboundOptions) {
    this.#allowLocal = allowLocal;
    // as many as there are calls, of which the callers make only a few: one that waited for a connection would only time out here
    this.#agent = new Agent({ connect: { lookup: checkedLookup(allowLocal), timeout: TIMEOUT_MS } });
    // Canvas returns 403 for calls without a User-Agent
    this.#userAgent = `Waymark/${version} (+${publicUrl})`;
  }

  /** @throws {OutboundError} if there is no response; any HTTP status is a response */
  async request(request: OutboundRequest): Promise<OutboundResponse> {
    checkUrl(request.url, this.#allowLocal);
    const timeout = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
    try {
      const response = await fetch(request.url, {
        method: request.method,
        headers: { accept: 'application/json', ...request.headers, 'user-agent': this.#userAgent },
        body: request.body ?? null,
        redirect: 'manual',
        dispatcher: this.#agent,
        signal: request.signal ? AbortSignal.any([timeout, request.signal]) : timeout,
      });
      const { status, statusText, headers } = response;
      const body = await readBody(response.body, request.maxBytes ?? MAX_BYTES);
      return { status, statusText, headers, body };
    } catch (error) {
      throw toOutboundError(error, timeout.aborted);
    }
  }

  /** Closes the connections once the calls in progress have ended. */
  async close(): Promise<void> {
    await this.#agent.close();
  }
}
