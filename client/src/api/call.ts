import type { z } from 'zod';
import type { Endpoint, ReplyOf } from '../../../contract/endpoint.ts';
import { ErrorBody } from '../../../contract/errors.ts';
import { ApiError, OfflineError } from './errors.ts';
import { API_BASE } from './session.ts';
import type { SessionHolder } from './session.ts';

type Part<E extends Endpoint, K extends 'params' | 'query' | 'body'> = E[K] extends z.ZodType
  ? { readonly [P in K]: z.input<E[K]> }
  : { readonly [P in K]?: undefined };

/** The input of an endpoint: its params, query and body, as its schemas accept them. */
export type CallInput<E extends Endpoint> = Part<E, 'params'> & Part<E, 'query'> & Part<E, 'body'>;

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** One per action, the same for all its retries; created here if none is given. */
  readonly idempotencyKey?: string | undefined;
  /** True for requests sent while the page is being left: the browser completes them. */
  readonly keepalive?: boolean | undefined;
}

export type Call = <E extends Endpoint>(
  endpoint: E,
  input: CallInput<E>,
  options?: CallOptions,
) => Promise<ReplyOf<E>>;

interface CallDeps {
  readonly fetch: typeof fetch;
  readonly session: SessionHolder;
}

/** Longest wait for a response, in milliseconds; after that the connection counts as lost. */
const TIMEOUT_MS = 30_000;

interface RawInput {
  readonly params?: Record<string, unknown> | undefined;
  readonly query?: Record<string, unknown> | undefined;
  readonly body?: unknown;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Path and query of a call: `/attempts/:id` with its id filled in. */
export function addressOf(endpoint: Endpoint, input: RawInput): string {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = input.params?.[name];
    if (typeof value !== 'string' && typeof value !== 'number') throw new TypeError(`${name} is missing`);
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined && value !== null) query.set(name, textOf(value));
  }
  return `${API_BASE}${path}${query.size > 0 ? `?${query.toString()}` : ''}`;
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}

async function toApiError(response: Response): Promise<ApiError> {
  const body = ErrorBody.safeParse(await response.json().catch(() => null));
  const facts = { status: response.status, retryAfterSeconds: retryAfter(response) };
  if (body.success) return new ApiError({ ...body.data, ...facts });
  // Not from our API: a proxy on the way, or a server that is just starting.
  const code = response.status >= 500 ? 'UNAVAILABLE' : 'INTERNAL';
  return new ApiError({ ...facts, code, message: '', correlationId: null });
}

async function toReply<E extends Endpoint>(endpoint: E, response: Response): Promise<ReplyOf<E>> {
  const raw: unknown = endpoint.media ? await response.text() : await response.json().catch(() => null);
  const parsed = endpoint.reply.safeParse(raw);
  if (parsed.success) return parsed.data as ReplyOf<E>;
  throw new ApiError({
    code: 'INTERNAL',
    status: response.status,
    message: 'The answer had an unexpected form.',
    correlationId: response.headers.get('x-correlation-id'),
    cause: parsed.error,
  });
}

/** The only access to the API: typed by the endpoint, parsed by its schema. */
export function createCall({ fetch, session }: CallDeps): Call {
  const send = async (address: string, init: RequestInit, signal: AbortSignal | undefined) => {
    const state = session.state();
    const headers = new Headers(init.headers);
    if (state.status === 'live') headers.set('authorization', `Bearer ${state.bearer}`);
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    const both = signal ? AbortSignal.any([signal, limit]) : limit;
    try {
      const response = await fetch(address, { ...init, headers, credentials: 'omit', signal: both });
      return { response, state };
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new OfflineError(cause);
    }
  };

  /** One more try with a fresh bearer; another call may have obtained it already. */
  const mayTryAgain = async (used: ReturnType<SessionHolder['state']>) => {
    if (used.status !== 'live') return false;
    const now = session.state();
    if (now.status === 'live' && now.bearer !== used.bearer) return true;
    return session.resume(used.key);
  };

  return async (endpoint, input, options = {}) => {
    const raw: RawInput = input;
    const address = addressOf(endpoint, raw);
    const headers = new Headers({ accept: endpoint.media ?? 'application/json' });
    if (raw.body !== undefined) headers.set('content-type', 'application/json');
    if (endpoint.method === 'post') {
      headers.set('idempotency-key', options.idempotencyKey ?? crypto.randomUUID());
    }
    const init: RequestInit = { method: endpoint.method.toUpperCase(), headers };
    if (options.keepalive) init.keepalive = true;
    if (raw.body !== undefined) init.body = JSON.stringify(raw.body);

    let { response, state } = await send(address, init, options.signal);
    if (response.status === 401 && (await mayTryAgain(state))) {
      ({ response, state } = await send(address, init, options.signal));
    }
    if (response.ok) return toReply(endpoint, response);
    const error = await toApiError(response);
    if (error.status === 401 && state.status === 'live') session.end('expired');
    throw error;
  };
}
