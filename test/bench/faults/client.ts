import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BodyInput, Endpoint, ReplyOf } from '../../../contract/endpoint.ts';
import { createUpload, headUpload, patchUpload, type Reply } from '../../support/files/tusClient.ts';
import type { Journal } from './journal.ts';

/** The processes as a balancer would offer them. */
export interface Balancer {
  /** Any of them, one that is just dead too. */
  url(): string;
  /** Nothing is waited for any longer then, in ms of this process's monotonic time. */
  giveUpAt: number;
}

const AGAIN_MS = 250;
/** As the client's own calls: an answer that has not come by then is taken for lost. */
const TIMEOUT_MS = 30_000;

interface Answer<T> {
  status: number;
  body: T;
}

/** A person's browser: what fails in passing is repeated until it is answered, with one Idempotency-Key for each action. */
export class Client {
  readonly #balancer: Balancer;
  readonly #journal: Journal;
  readonly bearer: string;

  constructor(balancer: Balancer, journal: Journal, bearer: string) {
    this.#balancer = balancer;
    this.#journal = journal;
    this.bearer = bearer;
  }

  /** @returns the first answer that is no passing fault */
  async call<E extends Endpoint>(
    endpoint: E,
    given: { params?: Record<string, string>; body?: BodyInput<E> } = {},
  ): Promise<Answer<ReplyOf<E>>> {
    const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => given.params?.[name] ?? '');
    const headers = {
      authorization: `Bearer ${this.bearer}`,
      ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(endpoint.method === 'post' ? { 'idempotency-key': randomUUID() } : {}),
    };
    const init = {
      method: endpoint.method.toUpperCase(),
      headers,
      ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
    };
    return this.#untilAnswered(async () => {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(`${this.#balancer.url()}/api/v1${path}`, { ...init, signal });
      const body = (await response.json()) as ReplyOf<E> & { code?: string };
      const isBusy = response.status === 409 && body.code === 'IDEMPOTENCY_IN_PROGRESS';
      return { status: isBusy ? 503 : response.status, body };
    });
  }

  /** Uploads a file and goes on wherever it stands after a break. */
  async upload(
    data: Buffer,
    about: { attemptId: string; clientId: string; criteria: string[] },
  ): Promise<void> {
    const { bearer } = this;
    const wanted = { ...about, bearer, size: data.length, filename: 'notes.txt' };
    const made = await this.#untilAnswered(async () => ({
      status: 201,
      body: await createUpload(this.#balancer.url(), wanted),
    }));
    for (let offset = 0; offset < data.length;) {
      const url = `${this.#balancer.url()}${made.body}`;
      const rest = { offset, length: data.length - offset, body: [data.subarray(offset)], bearer };
      const reply = await patchUpload(url, rest).catch(() => null);
      offset =
        reply?.status === 204 ? Number(reply.headers['upload-offset']) : await this.#standOf(made.body);
    }
  }

  async #standOf(location: string): Promise<number> {
    const head = await this.#untilAnswered(async () => {
      const reply: Reply = await headUpload(`${this.#balancer.url()}${location}`, this.bearer);
      return { status: reply.status === 423 ? 503 : reply.status, body: reply };
    });
    return Number(head.body.headers['upload-offset']);
  }

  async #untilAnswered<T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
    let last = 'nothing';
    while (performance.now() < this.#balancer.giveUpAt) {
      const answer = await ask().catch((error: unknown) => {
        last = String(error);
        return null;
      });
      if (answer && answer.status < 500) return answer;
      if (answer) last = `${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`;
      if (answer?.status === 503) this.#journal.postponed += 1;
      else if (answer) this.#journal.refused.push(last);
      await sleep(AGAIN_MS);
    }
    throw new Error(`not answered in time; at last: ${last}`);
  }
}
