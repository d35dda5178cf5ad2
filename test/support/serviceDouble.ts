import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Deps } from '../../server/deps.ts';
import type { AgsClient, AgsTarget } from '../../server/lti/ags.ts';
import { AGS_SCOPE, NRPS_SCOPE } from '../../server/lti/claimNames.ts';
import { Outbound } from '../../server/lti/outbound.ts';
import type { ServiceDeps } from '../../server/lti/serviceCall.ts';
import { createLtiServices } from '../../server/lti/services.ts';
import { buildToolKeys } from './keyPairs.ts';
import type { ServicePlatform } from '../../server/lti/token.ts';

export interface ServiceAnswer {
  status?: number;
  /** Reason phrase of the status line. */
  statusMessage?: string;
  headers?: Record<string, string>;
  /** Sent as JSON unless it is a string. */
  body?: unknown;
}

/** The services of an LMS that respond with what a test specifies, and nothing else. */
export interface ServiceDouble {
  url: string;
  platform: ServicePlatform;
  target: AgsTarget;
  services: ServiceDeps;
  ags: AgsClient;
  /** `METHOD /path?query` of each call, except those for tokens. */
  calls: string[];
  /** Calls for a token. */
  tokenCalls(): number;
  answer: (request: { method: string; url: URL; body: string }) => ServiceAnswer;
  tokenAnswer: ServiceAnswer | ((scopes: string[]) => ServiceAnswer);
  close(): Promise<void>;
}

async function readBody(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function send(res: ServerResponse, { status = 200, statusMessage, headers = {}, body }: ServiceAnswer): void {
  if (statusMessage !== undefined) res.statusMessage = statusMessage;
  res.writeHead(status, headers);
  if (body === undefined) res.end();
  else res.end(typeof body === 'string' ? body : JSON.stringify(body));
}

export async function startServiceDouble(
  deps: Deps,
  family: ServicePlatform['family'] = 'other',
): Promise<ServiceDouble> {
  let tokenCalls = 0;
  const server = createServer((req, res) => {
    void readBody(req).then((body) => {
      const url = new URL(req.url ?? '/', double.url);
      if (url.pathname === '/token') {
        tokenCalls += 1;
        const { tokenAnswer } = double;
        const scopes = new URLSearchParams(body).get('scope')?.split(' ') ?? [];
        send(res, typeof tokenAnswer === 'function' ? tokenAnswer(scopes) : tokenAnswer);
        return;
      }
      double.calls.push(`${req.method ?? ''} ${req.url ?? ''}`);
      send(res, double.answer({ method: req.method ?? '', url, body }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const outbound = new Outbound({ version: '1', publicUrl: deps.config.publicUrl, allowLocal: true });
  const services = createLtiServices({ clock: deps.clock, keys: buildToolKeys(deps), outbound });
  const platform: ServicePlatform = {
    _id: url,
    issuer: url,
    clientId: 'client-1',
    tokenUrl: `${url}/token`,
    tokenAudience: null,
    family,
  };
  const double: ServiceDouble = {
    url,
    platform,
    target: { platform, offered: [...Object.values(AGS_SCOPE), NRPS_SCOPE] },
    services,
    ags: services.ags,
    calls: [],
    tokenCalls: () => tokenCalls,
    answer: () => ({ status: 204 }),
    tokenAnswer: { body: { access_token: 'token', expires_in: 3600 } },
    async close() {
      await outbound.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return double;
}
