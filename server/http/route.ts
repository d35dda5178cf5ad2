import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import type { BodyOf, Endpoint, ParamsOf, QueryOf, ReplyOf } from '../../contract/endpoint.ts';
import type { Found, ReadParts } from '../combinedRead.ts';
import { AppError } from '../errors.ts';
import { noReads, type Callers } from './callers.ts';
import type { LiveSession, SessionIds } from './liveSession.ts';
import { parseSources } from './parse.ts';
import { contextOf, type RequestContext } from './requestContext.ts';
import { sendJsonUnkept } from './unkept.ts';

/** What a handler gets: parsed sources only, and the session that the bearer named. */
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

/** Does a piece of work once for each key, and answers a repeat as the first time (Idempotency-Key). */
export interface Idempotency {
  run: (call: IdempotentCall, work: IdempotentWork) => Promise<Answer>;
}
/** A POST in two halves, so that a repeat can be answered without doing it again. */
export interface IdempotentWork {
  work: () => Promise<unknown>;
  /** What is kept, with the key, of what the transaction returned: all that the answer can't find by itself. */
  keep: (returned: unknown) => unknown;
  answer: (kept: unknown) => Promise<Answer>;
}
export interface IdempotentCall {
  session: LiveSession;
  key: string;
  /** What the key was used for: method, path and body. A second use for something else is refused. */
  fingerprint: string;
}
export interface Answer {
  status: number;
  body: unknown;
}

/** Everything that mounting a route needs, made once in `app.ts`. */
export interface RouteDeps {
  router: Router;
  callers: Callers;
  /** Makes `req.body` of a JSON body. */
  readBody(req: Request, res: Response): Promise<void>;
  idempotency: Idempotency;
  /** Off in production: replies come from `to…` functions; in tests each reply is held against the contract. */
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

/** Endpoints of a handler in one piece. */
type PlainEndpoint = Endpoint & { readonly repeats?: 'found' | 'anew' | undefined };
/** Endpoints whose key is committed with their work. */
type CommittedEndpoint = Endpoint & { readonly method: 'post'; readonly repeats: 'committed' };

/** Where the answer needs nothing of the transaction. */
export const NOTHING = z.unknown().transform(() => null);

/** A POST that is done once for each key, whatever dies when. `S` says what is kept of it for a day: little, and no secret. */
export interface CommittedHandler<E extends CommittedEndpoint, S extends z.ZodType> {
  /**
   * Does it, in one `inTransaction` (the key is written in it; before it only what may be done twice). Where there is
   * nothing to do it returns what its transaction would.
   */
  work: (call: Call<E>) => Promise<unknown>;
  /** What is kept of what the transaction returned. */
  keeps: S;
  /** Makes the answer, also of a request that died before it had one: only reads, and what may be done twice. */
  reply: (call: Call<E>, kept: z.output<S>) => Promise<ReplyOf<E>>;
}

/** What an answer is made of, read in the command that finds out who is calling: before it is known whether they may see it. */
type Reads<E extends Endpoint, P extends ReadParts> = (who: SessionIds, params: ParamsOf<E>) => P;
interface Answering<E extends Endpoint, P extends ReadParts> {
  reads: Reads<E, P>;
  answer: (call: Call<E>, toAnswer: (reply: unknown) => Answer, found: Found<P>) => Promise<Answer>;
}

/** A request whose address is not in its form reads nothing: it will be refused, but not before it is known who is calling. */
function readsFor<E extends Endpoint, P extends ReadParts>(
  endpoint: E,
  reads: Reads<E, P>,
  req: Request,
): (who: SessionIds) => P {
  const params = endpoint.params?.safeParse(req.params);
  if (params?.success === false) return () => ({}) as P;
  return (who) => reads(who, params?.data as ParamsOf<E>);
}

/** First who may, then what shape, then one call of the service. Replies are never cached: they are one person's. */
function mount<E extends Endpoint, P extends ReadParts>(
  deps: RouteDeps,
  endpoint: E,
  { reads, answer: answering }: Answering<E, P>,
): void {
  const toAnswer = (reply: unknown): Answer => ({
    status: endpoint.status ?? 200,
    body: deps.checkReplies ? endpoint.reply.parse(reply) : reply,
  });
  deps.router[endpoint.method](endpoint.path, async (req: Request, res: Response) => {
    contextOf(req).route = `/api/v1${endpoint.path}`;
    const caller = await deps.callers.identify(req, res, readsFor(endpoint, reads, req));
    if (endpoint.method !== 'get') await deps.readBody(req, res);
    const session = allowedSession(endpoint, caller?.session);
    const sources = parseSources({
      params: [endpoint.params, req.params],
      query: [endpoint.query, req.query],
      body: [endpoint.body, req.body],
    });
    const call = { session, ...sources, context: contextOf(req), req, res } as Call<E>;
    const answer = await answering(call, toAnswer, caller?.found as Found<P>);
    res.status(answer.status);
    if (endpoint.media) res.setHeader('Cache-Control', 'no-store').type(endpoint.media).send(answer.body);
    else sendJsonUnkept(res, answer.body);
  });
}

function toIdempotentCall<E extends Endpoint>(endpoint: E, call: Call<E>): IdempotentCall {
  const fingerprint = JSON.stringify([endpoint.path, call.params ?? null, call.body ?? null]);
  return { session: call.session, key: idempotencyKeyOf(call.req), fingerprint };
}

/**
 * Mounts one endpoint of the contract whose work may be done again: a read, a write that says what is to be, or a POST
 * that finds what it made. A POST that commits its key does not fit here: `committedRoute`.
 */
export function route<E extends PlainEndpoint>(deps: RouteDeps, endpoint: E, handler: Handler<E>): void {
  pageRoute(deps, endpoint, { reads: noReads, reply: handler });
}

/** A handler that is handed what it shows. */
export interface PageHandler<E extends Endpoint, P extends ReadParts> {
  /**
   * Says what is read, in the command that finds out who is calling: it is one command for both then. Only by ids of the session and of
   * the address; the rights of the caller are not known yet, so what is found is handed on only by `reply`, which asks for them.
   */
  reads: Reads<E, P>;
  reply: (call: Call<E> & { found: Found<P> }) => Promise<ReplyOf<E>>;
}

/** Mounts an endpoint that answers with what was read together with the session. */
export function pageRoute<E extends PlainEndpoint, P extends ReadParts>(
  deps: RouteDeps,
  endpoint: E,
  { reads, reply }: PageHandler<E, P>,
): void {
  mount(deps, endpoint, {
    reads,
    async answer(call, toAnswer, found) {
      // it is safe without a key; one must be there all the same, so that all POSTs are called alike
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

/** A handler that is called without a session: what it is given must be proof enough. */
export type PublicHandler<E extends Endpoint> = (call: Omit<Call<E>, 'session'>) => Promise<ReplyOf<E>>;

/** Mounts an endpoint whose `who` is `public`. It repeats no answers: there is nobody yet to keep them for. */
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
    sendJsonUnkept(res, deps.checkReplies ? endpoint.reply.parse(reply) : reply);
  });
}
