import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import type { BodyOf, Endpoint, ParamsOf, QueryOf, ReplyOf } from '../../contract/endpoint.ts';
import type { Found, ReadParts } from '../combinedRead.ts';
import { AppError } from '../errors.ts';
import { noReads, type Callers } from './callers.ts';
import { jsonBodyReader } from './jsonBody.ts';
import type { LiveSession, SessionIds } from './liveSession.ts';
import { parseSources } from './parse.ts';
import { contextOf, type RequestContext } from './requestContext.ts';
import { sendJsonNoStore } from './noStore.ts';

/** What a handler gets: only parsed sources, and the session that the bearer identified. */
export interface Call<E extends Endpoint> {
  session: LiveSession;
  params: ParamsOf<E>;
  query: QueryOf<E>;
  body: BodyOf<E>;
  context: RequestContext;
  req: Request;
  res: Response;
}

export type Handler<E extends Endpoint> = (call: Call<E>) => Promise<ReplyOf<E>>;

/** Does a piece of work once per key, and gives a repeat the same response as the first time (Idempotency-Key). */
export interface Idempotency {
  run: (call: IdempotentCall, work: IdempotentWork) => Promise<Answer>;
}
/** A POST in two halves, so that a repeat gets a response without doing the work again. */
export interface IdempotentWork {
  work: () => Promise<unknown>;
  /** What is stored, with the key, of what the transaction returned: everything that the response cannot look up. */
  keep: (returned: unknown) => unknown;
  answer: (kept: unknown) => Promise<Answer>;
}
export interface IdempotentCall {
  session: LiveSession;
  key: string;
  /** What the key was used for: method, path and body. Using it for anything else is refused. */
  fingerprint: string;
}
export interface Answer {
  status: number;
  body: unknown;
}

/** Everything needed to mount a route, created once in `app.ts`. */
export interface RouteDeps {
  router: Router;
  callers: Callers;
  /** Parses a JSON body into `req.body`. */
  readBody(req: Request, res: Response): Promise<void>;
  idempotency: Idempotency;
  /** Off in production, where replies come from `to…` functions; in tests every reply is validated against the contract. */
  checkReplies: boolean;
}

function allowedSession(endpoint: Endpoint, session: LiveSession | undefined): LiveSession {
  if (!session) throw new AppError('SESSION_MISSING', 'Open the link in your course to go on.');
  if (session.rights.reach(endpoint.who)) return session;
  const only = endpoint.who.includes('reviewer')
    ? 'Only reviewers of this course can open this.'
    : 'This belongs to someone else.';
  throw new AppError('FORBIDDEN', only);
}

const IDEMPOTENCY_KEY = /^[\w-]{16,80}$/;

function idempotencyKeyOf(req: Request): string {
  const key = req.get('idempotency-key');
  if (key === undefined || !IDEMPOTENCY_KEY.test(key)) {
    throw new AppError(
      'IDEMPOTENCY_KEY_MISSING',
      'The request needs an Idempotency-Key of 16 to 80 letters, digits, - or _.',
    );
  }
  return key;
}

/** Endpoints whose handler is a single function. */
type PlainEndpoint = Endpoint & { readonly repeats?: 'found' | 'anew' | undefined };
/** Endpoints whose key is committed with their work. */
type CommittedEndpoint = Endpoint & { readonly method: 'post'; readonly repeats: 'committed' };

/** For a response that needs nothing from the transaction. */
export const NOTHING = z.unknown().transform(() => null);

/** A POST that is done once per key, whatever dies when. `S` is what is stored of it for a day: little, and no secret. */
export interface CommittedHandler<E extends CommittedEndpoint, S extends z.ZodType> {
  /**
   * Does the work, in one `inTransaction` (which also writes the key; before it, only what may be done twice). If there is
   * nothing to do, it returns what its transaction would have returned.
   */
  work: (call: Call<E>) => Promise<unknown>;
  /** What is stored of what the transaction returned. */
  keeps: S;
  /** Builds the response, including for a request that died before it had one: only reads, and what may be done twice. */
  reply: (call: Call<E>, kept: z.output<S>) => Promise<ReplyOf<E>>;
}

/** What a response is built from, read in the command that identifies the caller: before it is known whether they may see it. */
type Reads<E extends Endpoint, P extends ReadParts> = (who: SessionIds, params: ParamsOf<E>) => P;
interface Answering<E extends Endpoint, P extends ReadParts> {
  reads: Reads<E, P>;
  answer: (call: Call<E>, toAnswer: (reply: unknown) => Answer, found: Found<P>) => Promise<Answer>;
}

/** A request whose path is malformed reads nothing: it will be refused, but only once the caller is known. */
function readsFor<E extends Endpoint, P extends ReadParts>(
  endpoint: E,
  reads: Reads<E, P>,
  req: Request,
): (who: SessionIds) => P {
  const params = endpoint.params?.safeParse(req.params);
  if (params?.success === false) return () => ({}) as P;
  return (who) => reads(who, params?.data as ParamsOf<E>);
}

/**
 * Redirects whoever still calls an endpoint by its former path; they keep method and body (RFC 9110, section 15.4.9). The endpoint
 * itself decides whether they may call it.
 */
function redirectFormerPath({ router }: RouteDeps, { method, path, formerPath }: Endpoint): void {
  if (formerPath === undefined) return;
  router[method](formerPath, (req: Request, res: Response) => {
    contextOf(req).route = `/api/v1${formerPath}`;
    const now = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(req.params[name])));
    res.setHeader('Cache-Control', 'no-store').redirect(308, `${req.baseUrl}${now}`);
  });
}

/** First who may call it, then the shape, then one call of the service. Replies are never cached: they belong to one person. */
function mount<E extends Endpoint, P extends ReadParts>(
  deps: RouteDeps,
  endpoint: E,
  { reads, answer: answering }: Answering<E, P>,
): void {
  const toAnswer = (reply: unknown): Answer => ({
    status: endpoint.status ?? 200,
    body: deps.checkReplies ? endpoint.reply.parse(reply) : reply,
  });
  const readLargeBody = endpoint.bodyBytes === undefined ? null : jsonBodyReader(endpoint.bodyBytes);
  deps.router[endpoint.method](endpoint.path, async (req: Request, res: Response) => {
    contextOf(req).route = `/api/v1${endpoint.path}`;
    const caller = await deps.callers.identify(req, res, readsFor(endpoint, reads, req));
    if (endpoint.method !== 'get' && !readLargeBody) await deps.readBody(req, res);
    const session = allowedSession(endpoint, caller?.session);
    await readLargeBody?.(req, res);
    const sources = parseSources({
      params: [endpoint.params, req.params],
      query: [endpoint.query, req.query],
      body: [endpoint.body, req.body],
    });
    const call = { session, ...sources, context: contextOf(req), req, res } as Call<E>;
    const answer = await answering(call, toAnswer, caller?.found as Found<P>);
    res.status(answer.status);
    if (endpoint.media) res.setHeader('Cache-Control', 'no-store').type(endpoint.media).send(answer.body);
    else sendJsonNoStore(res, answer.body);
  });
  redirectFormerPath(deps, endpoint);
}

function toIdempotentCall<E extends Endpoint>(endpoint: E, call: Call<E>): IdempotentCall {
  const fingerprint = JSON.stringify([endpoint.path, call.params ?? null, call.body ?? null]);
  return { session: call.session, key: idempotencyKeyOf(call.req), fingerprint };
}

/**
 * Mounts one endpoint of the contract whose work may be repeated: a read, a write that states the result, or a POST that finds
 * what it created. A POST that commits its key does not fit here; see `committedRoute`.
 */
export function route<E extends PlainEndpoint>(deps: RouteDeps, endpoint: E, handler: Handler<E>): void {
  pageRoute(deps, endpoint, { reads: noReads, reply: handler });
}

/** A handler that is given what it shows. */
export interface PageHandler<E extends Endpoint, P extends ReadParts> {
  /**
   * Declares what is read in the command that identifies the caller, so that both take one command. It may use only ids from the
   * session and the path. The caller's rights are not known yet, so the result is passed on only by `reply`, which checks them.
   */
  reads: Reads<E, P>;
  reply: (call: Call<E> & { found: Found<P> }) => Promise<ReplyOf<E>>;
}

/** Mounts an endpoint that responds with what was read together with the session. */
export function pageRoute<E extends PlainEndpoint, P extends ReadParts>(
  deps: RouteDeps,
  endpoint: E,
  { reads, reply }: PageHandler<E, P>,
): void {
  mount(deps, endpoint, {
    reads,
    async answer(call, toAnswer, found) {
      // it is safe without a key, but one is required all the same, so that all POSTs are called alike
      if (endpoint.repeats === 'found') idempotencyKeyOf(call.req);
      return toAnswer(await reply({ ...call, found }));
    },
  });
}

/** Mounts a POST that commits its key with its work. */
export function committedRoute<E extends CommittedEndpoint, S extends z.ZodType>(
  deps: RouteDeps,
  endpoint: E,
  { work, keeps, reply }: CommittedHandler<E, S>,
): void {
  mount(deps, endpoint, {
    reads: noReads,
    answer: (call, toAnswer) =>
      deps.idempotency.run(toIdempotentCall(endpoint, call), {
        work: () => work(call),
        keep: (returned) => keeps.parse(returned),
        answer: async (kept) => toAnswer(await reply(call, keeps.parse(kept))),
      }),
  });
}

/** A handler that is called without a session: what it is given must be sufficient proof. */
export type PublicHandler<E extends Endpoint> = (call: Omit<Call<E>, 'session'>) => Promise<ReplyOf<E>>;

/**
 * Mounts an endpoint whose `who` is `public`. Its responses are not stored for repeats: there is nobody yet to store them for.
 */
export function publicRoute<E extends Endpoint>(
  deps: Pick<RouteDeps, 'router' | 'checkReplies'>,
  endpoint: E,
  handler: PublicHandler<E>,
): void {
  deps.router[endpoint.method](endpoint.path, async (req: Request, res: Response) => {
    contextOf(req).route = `/api/v1${endpoint.path}`;
    const sources = parseSources({
      params: [endpoint.params, req.params],
      query: [endpoint.query, req.query],
      body: [endpoint.body, req.body],
    });
    const call = { ...sources, context: contextOf(req), req, res } as Omit<Call<E>, 'session'>;
    const reply = await handler(call);
    res.status(endpoint.status ?? 200);
    sendJsonNoStore(res, deps.checkReplies ? endpoint.reply.parse(reply) : reply);
  });
}
