import type { Endpoint, ReplyOf } from '../../../contract/endpoint.ts';
import { STATUS_BY_CODE } from '../../../contract/errors.ts';
import type { ErrorCode } from '../../../contract/errors.ts';
import { pathOf } from '../gallery/pathOf.ts';

export interface Received {
  readonly params: Record<string, string>;
  readonly query: Record<string, string>;
  readonly body: unknown;
}

/** A no that a handler gives. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;

  constructor(code: ErrorCode, details?: unknown) {
    super(`${code} of the test`);
    this.code = code;
    this.details = details;
  }
}

type Handler<E extends Endpoint> = (received: Received) => NoInfer<ReplyOf<E>> | Promise<NoInfer<ReplyOf<E>>>;

interface Route {
  readonly endpoint: Endpoint;
  readonly pattern: RegExp;
  readonly handle: (received: Received) => unknown;
}

/** The network's far end, by the contract's endpoints: what is not declared answers 404. */
export class FakeApi {
  readonly received: { endpoint: Endpoint; params: Record<string, string>; body: unknown }[] = [];
  #routes: Route[] = [];
  /** True: nothing gets through. */
  offline = false;

  on<E extends Endpoint>(endpoint: E, handle: Handler<E>): this {
    const source = endpoint.path.replace(/:(\w+)/g, (_, name: string) => `(?<${name}>[^/]+)`);
    const pattern = new RegExp(`^/api/v1${source}$`);
    const route = { endpoint, pattern, handle };
    // in its place: of two whose patterns match, the first is asked
    const at = this.#routes.findIndex((one) => one.endpoint === endpoint);
    this.#routes = at < 0 ? [...this.#routes, route] : this.#routes.with(at, route);
    return this;
  }

  /** Bodies that an endpoint got, in order. */
  bodiesOf(endpoint: Endpoint): unknown[] {
    return this.received.filter((one) => one.endpoint === endpoint).map(({ body }) => body);
  }

  readonly fetch: typeof fetch = async (input, init) => {
    if (this.offline) throw new TypeError('no network');
    const { pathname: path, searchParams } = new URL(pathOf(input), 'http://far.end');
    const method = (init?.method ?? 'GET').toLowerCase();
    const route = this.#routes.find(
      ({ endpoint, pattern }) => endpoint.method === method && pattern.test(path),
    );
    if (!route) return refuse(new Refusal('NOT_FOUND'));
    const params = { ...route.pattern.exec(path)?.groups };
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
    this.received.push({ endpoint: route.endpoint, params, body });
    try {
      const reply = await route.handle({ params, query: Object.fromEntries(searchParams), body });
      return new Response(JSON.stringify(reply), { status: route.endpoint.status ?? 200 });
    } catch (error) {
      if (error instanceof Refusal) return refuse(error);
      throw error;
    }
  };
}

function refuse({ code, message, details }: Refusal): Response {
  const body = { code, message, correlationId: 'c-1', ...(details === undefined ? {} : { details }) };
  return new Response(JSON.stringify(body), { status: STATUS_BY_CODE[code] });
}
