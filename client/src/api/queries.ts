import { QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Endpoint, ReplyOf } from '../../../contract/endpoint.ts';
import { useApi } from './ApiProvider.tsx';
import type { CallInput } from './call.ts';
import { ApiError, hasCode, isTransient } from './errors.ts';
import { recoveryInterval } from './recovery.ts';

const RETRIES = 2;
/** The same action is still in progress, or its process died a few seconds ago: the result is known soon. */
const RETRIES_AT_WORK = 5;

function retryDelay(attempt: number, error: unknown): number {
  const asked = error instanceof ApiError ? error.retryAfterSeconds : null;
  if (asked !== null) return Math.min(asked, 30) * 1000;
  return Math.min(8000, 500 * 2 ** attempt) * (0.75 + Math.random() / 2);
}

/**
 * The page's cache. What was read stays readable offline; passing failures are retried, refusals are not; sends are retried with
 * the same Idempotency-Key. Without a network nothing is retried immediately: a read waits for the network, a send reports the
 * failure.
 */
export function createQueryClient(): QueryClient {
  const retry = (failures: number, error: unknown) =>
    isTransient(error) &&
    navigator.onLine &&
    failures < (hasCode(error, 'IDEMPOTENCY_IN_PROGRESS') ? RETRIES_AT_WORK : RETRIES);
  const refetchInterval = recoveryInterval;
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'offlineFirst',
        staleTime: 30_000,
        gcTime: Infinity,
        retry,
        retryDelay,
        refetchInterval,
      },
      mutations: { networkMode: 'always', retry, retryDelay },
    },
  });
}

/** The cache key of an endpoint's reply; `[endpoint.path]` alone matches all its replies. */
export function queryKeyOf<E extends Endpoint>(endpoint: E, input: CallInput<E>): readonly unknown[] {
  return [endpoint.path, input.params ?? null, input.query ?? null];
}

interface LoadOptions<E extends Endpoint> {
  /** With false, reading waits. */
  readonly enabled?: boolean;
  readonly staleTime?: number;
  /** Milliseconds after which it is read again, given what was read last; false if it will not change on its own. */
  readonly lookAgain?: (data: ReplyOf<E>) => number | false;
}

/** Reads an endpoint: `const map = useLoad(pathwayEndpoints.map, { params: { id } })`. */
export function useLoad<E extends Endpoint>(endpoint: E, input: CallInput<E>, options: LoadOptions<E> = {}) {
  const { call } = useApi();
  const { lookAgain, ...rest } = options;
  return useQuery<ReplyOf<E>>({
    ...rest,
    refetchInterval: (query) => {
      const { data } = query.state;
      return recoveryInterval(query) || (lookAgain && data !== undefined ? lookAgain(data) : false);
    },
    queryKey: queryKeyOf(endpoint, input),
    queryFn: ({ signal }) => call(endpoint, input, { signal }),
  });
}

interface SendOptions<E extends Endpoint> {
  /** What is read again after success: endpoints, all replies of which are stale. */
  readonly refreshes?: readonly Endpoint[];
  readonly onSuccess?: (reply: ReplyOf<E>, input: CallInput<E>) => unknown;
}

interface Sent<E extends Endpoint> {
  readonly input: CallInput<E>;
  readonly idempotencyKey: string;
}

/**
 * Sends to an endpoint: `const submit = useSend(attemptEndpoints.submit, { refreshes: [attemptEndpoints.workspace] })`, then
 * `submit.send({ params: { id }, body: {} })`. Pressing again after a failure whose outcome is unknown repeats the same action
 * with the same Idempotency-Key, so that nothing is done twice.
 */
export function useSend<E extends Endpoint>(endpoint: E, options: SendOptions<E> = {}) {
  const { call } = useApi();
  const client = useQueryClient();
  const unsure = useRef<{ text: string; key: string } | null>(null);

  const mutation = useMutation<ReplyOf<E>, Error, Sent<E>>({
    mutationFn: ({ input, idempotencyKey }) => call(endpoint, input, { idempotencyKey }),
    onSuccess: async (reply, { input }) => {
      unsure.current = null;
      await Promise.all(
        (options.refreshes ?? []).map((stale) => client.invalidateQueries({ queryKey: [stale.path] })),
      );
      await options.onSuccess?.(reply, input);
    },
    onError: (error, { input, idempotencyKey }) => {
      unsure.current = isTransient(error) ? { text: JSON.stringify(input), key: idempotencyKey } : null;
    },
  });
  const prepare = (input: CallInput<E>): Sent<E> => {
    const same = unsure.current?.text === JSON.stringify(input) ? unsure.current.key : null;
    return { input, idempotencyKey: same ?? crypto.randomUUID() };
  };
  return {
    /** Starts it; see `error` and `isPending`. */
    send: (input: CallInput<E>) => mutation.mutate(prepare(input)),
    /** Starts it and waits for the reply. @throws {ApiError | OfflineError} */
    sendAsync: (input: CallInput<E>) => mutation.mutateAsync(prepare(input)),
    isPending: mutation.isPending,
    isSuccess: mutation.isSuccess,
    error: mutation.error,
    data: mutation.data,
    reset: mutation.reset,
  };
}
