import type { z } from 'zod';
import type { Who } from './common.ts';

/**
 * What a POST does when it is sent again with the same Idempotency-Key.
 *
 * - `committed`: its key is written in the one transaction of its work. It is done once, whatever dies when; a repeat gets the
 *   response.
 * - `found`: unique keys ensure that it creates only what does not exist yet, and finds it the next time, with any key: none is
 *   stored.
 * - `anew`: its reply is a secret or a signature for one use; a repeat creates a new one, and none is stored.
 */
export type Repeats = 'committed' | 'found' | 'anew';

type Method =
  | { readonly method: 'post'; readonly repeats: Repeats }
  | { readonly method: 'get' | 'put' | 'patch' | 'delete'; readonly repeats?: undefined };

/**
 * One route, declared once: the router, the client's calls, OpenAPI, the rights matrix and the tenant test are all derived from
 * it.
 */
export type Endpoint = Method & Declared;

interface Declared {
  /** Below `/api/v1`, in Express' form: `/attempts/:id`. */
  readonly path: string;
  /**
   * What the path was before it was renamed, with the same parameters: a page that is open since then is redirected (308), so that
   * nothing it sends is lost. Not for new callers.
   */
  readonly formerPath?: string;
  readonly summary: string;
  /** Any one of these is sufficient; the service decides about the individual object. */
  readonly who: readonly [Who, ...Who[]];
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Largest body, in bytes, if it may be larger than that of other routes: it is read only once its sender may send it. */
  readonly bodyBytes?: number;
  readonly reply: z.ZodType;
  /** Defaults to 200. */
  readonly status?: 200 | 201 | 202;
  /**
   * The action of the audit line that it writes when it reads or changes something that is not the caller's own. A route for
   * reviewers, designers or admins must declare it, or declare `false` and why; a test checks this.
   */
  readonly audit?: string | false;
  /** `text/csv` and the like: then `reply` is the text itself. Defaults to JSON. */
  readonly media?: string;
}

/** Keeps the literal types of a declared endpoint. */
export function endpoint<const E extends Endpoint>(declared: E): E {
  return declared;
}

type Out<T> = T extends z.ZodType ? z.output<T> : undefined;
type In<T> = T extends z.ZodType ? z.input<T> : undefined;

export type ParamsOf<E extends Endpoint> = Out<E['params']>;
export type QueryOf<E extends Endpoint> = Out<E['query']>;
export type BodyOf<E extends Endpoint> = Out<E['body']>;
export type BodyInput<E extends Endpoint> = In<E['body']>;
export type ReplyOf<E extends Endpoint> = z.output<E['reply']>;
