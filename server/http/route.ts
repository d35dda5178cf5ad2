import type { Request, Response, Router } from 'express';
import type { BodyOf, Endpoint, ParamsOf, QueryOf, ReplyOf } from '../../contract/endpoint.ts';
import { AppError } from '../errors.ts';
import type { LiveSession } from './liveSession.ts';
import { parseSources } from './parse.ts';
import { contextOf, type RequestContext } from './requestContext.ts';

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

/** Repeats a stored answer, or runs the work and stores its answer (Idempotency-Key). */
export interface Idempotency {
  run(call: IdempotentCall, work: () => Promise<Answer>): Promise<Answer>;
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
  idempotency: Idempotency;
  /** Off in production: replies come from `to…` functions; in tests each reply is held against the contract. */
  checkReplies: boolean;
}

function allowedSession(endpoint: Endpoint, req: Request): LiveSession {
  const { session } = contextOf(req);
  if (!session) throw new AppError('SESSION_MISSING', 'Open the link in your course to go on.');
  if (
    endpoint.who.includes('anyone') ||
    endpoint.who.some((who) => (session.hats as ReadonlySet<string>).has(who))
  ) {
    return session;
  }
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

async function answerOf<E extends Endpoint>(
  deps: RouteDeps,
  endpoint: E,
  handler: Handler<E>,
  call: Call<E>,
): Promise<Answer> {
  const work = async (): Promise<Answer> => {
    const reply = await handler(call);
    return { status: endpoint.status ?? 200, body: deps.checkReplies ? endpoint.reply.parse(reply) : reply };
  };
  if (endpoint.method !== 'post' || endpoint.unrepeated) return work();
  const fingerprint = JSON.stringify([endpoint.path, call.params ?? null, call.body ?? null]);
  return deps.idempotency.run({ session: call.session, key: idempotencyKeyOf(call.req), fingerprint }, work);
}

/**
 * Mounts one endpoint of the contract: first who may, then what shape, then one call of the service. Replies are
 * never cached: they are one person's.
 */
export function route<E extends Endpoint>(deps: RouteDeps, endpoint: E, handler: Handler<E>): void {
  deps.router[endpoint.method](endpoint.path, async (req: Request, res: Response) => {
    contextOf(req).route = `/api/v1${endpoint.path}`;
    const session = allowedSession(endpoint, req);
    const sources = parseSources({
      params: [endpoint.params, req.params],
      query: [endpoint.query, req.query],
      body: [endpoint.body, req.body],
    });
    const call = { session, ...sources, context: contextOf(req), req, res } as Call<E>;
    const answer = await answerOf(deps, endpoint, handler, call);
    res.status(answer.status).setHeader('Cache-Control', 'no-store');
    if (endpoint.media) res.type(endpoint.media).send(answer.body);
    else res.json(answer.body);
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
    res.status(endpoint.status ?? 200).setHeader('Cache-Control', 'no-store');
    res.json(deps.checkReplies ? endpoint.reply.parse(reply) : reply);
  });
}
