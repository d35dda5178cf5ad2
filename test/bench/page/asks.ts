import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { promptsOf, unrollModule } from '../../../contract/cycles.ts';
import type { Endpoint } from '../../../contract/endpoint.ts';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { documentOf } from '../../../contract/richText.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { SAMPLE } from '../../support/build.ts';
import { launchOnce, openBrowser, waymarkTool, type Visitor } from '../launch/browser.ts';
import type { Measured } from '../launch/measured.ts';
import type { BenchWorld } from './world.ts';

export interface Ask {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

const agent = new Agent({ keepAlive: true });

/** Ends the connections that `send` keeps. */
export function hangUp(): void {
  agent.destroy();
}

/** @throws for any other answer than 200 and 201 */
export function send(url: string, { method, path, headers, body }: Ask): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { agent, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        if (response.statusCode === 200 || response.statusCode === 201) resolve(text);
        else reject(new Error(`${path} answered ${response.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

type Given = { params?: Record<string, string>; body?: unknown };
export type ToAsk = (endpoint: Endpoint, given?: Given) => Ask;

/** Launches somebody into the first module. @returns what makes their requests */
export async function launch(
  world: BenchWorld,
  server: Measured,
  who: Pick<Visitor, 'sub' | 'role'>,
): Promise<ToAsk> {
  const browser = openBrowser();
  try {
    const { modules, key } = SAMPLE;
    const custom = { wm_pathway: key, wm_module: modules[0]?.key ?? '' };
    const visitor = { course: 'course', link: 'link', custom, ...who };
    const { text } = await launchOnce(browser, world.platform, waymarkTool(server.url), visitor);
    const block = /id="waymark-session">([^<]*)</.exec(text)?.[1] ?? '{}';
    const { bearer } = JSON.parse(block) as { bearer: string };
    return ({ method, path }, { params = {}, body } = {}) => ({
      method: method.toUpperCase(),
      path: `/api/v1${path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? '')}`,
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } finally {
    browser.close();
  }
}

/** The requests of one person's pages, by name. */
export type Asks = Record<'session' | 'open' | 'attempt' | 'map', Ask>;
/** Those of somebody who judges one submission. */
export type ReviewAsks = Record<'session' | 'review' | 'outlook', Ask>;

/** A person at their module. */
export interface Participant {
  asks: Asks;
  /** Writes the reflection, adds a link and hands both in. */
  handIn(): Promise<void>;
}

/** Launches a person into the first module, and opens it once. */
export async function arrive(world: BenchWorld, server: Measured, sub: string): Promise<Participant> {
  const ask = await launch(world, server, { sub });
  const open = ask(pathwayEndpoints.open, { body: {} });
  const opened = JSON.parse(await send(server.url, open)) as { attemptId: string; enrolmentId: string };
  const params = { id: opened.attemptId };
  return {
    asks: {
      session: ask(sessionEndpoints.get),
      open,
      attempt: ask(attemptEndpoints.workspace, { params }),
      map: ask(pathwayEndpoints.map, { params: { id: opened.enrolmentId } }),
    },
    async handIn() {
      const [module] = SAMPLE.modules;
      const pieceKey = (module && promptsOf(unrollModule(module))[0]?.key) ?? '';
      const criteria = module?.criteria.map(({ key }) => key) ?? [];
      const draft = { draftId: randomUUID(), baseRevision: 0, document: documentOf('Eleven students.') };
      const link = { url: 'https://example.org/', name: 'The check', criteria, requirementKey: null };
      await send(
        server.url,
        ask(attemptEndpoints.saveDraft, { params: { ...params, pieceKey }, body: draft }),
      );
      await send(server.url, ask(attemptEndpoints.addLink, { params, body: link }));
      await send(server.url, ask(attemptEndpoints.submit, { params, body: {} }));
    },
  };
}

/** Launches somebody who judges into the course, and opens the newest submission that waits there. */
export async function arriveToJudge(world: BenchWorld, server: Measured, sub: string): Promise<ReviewAsks> {
  const ask = await launch(world, server, { sub, role: 'Instructor' });
  const { rows } = JSON.parse(await send(server.url, ask(reviewEndpoints.queue))) as {
    rows: { id: string }[];
  };
  const params = { id: rows.at(-1)?.id ?? '' };
  return {
    session: ask(sessionEndpoints.get),
    review: ask(reviewEndpoints.page, { params }),
    outlook: ask(reviewEndpoints.outlook, { params }),
  };
}
