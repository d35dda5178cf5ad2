import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach } from '@jest/globals';
import { createInvite } from '../../server/features/platforms/invites.service.ts';
import { LimiterModel } from '../../server/features/platforms/limiter.model.ts';
import type { LtiWorld } from './ltiWorld.ts';
import { startTestPlatform, type TestPlatform } from './testPlatform.ts';

export const TOOL = 'https://purl.imsglobal.org/spec/lti-tool-configuration';
export const PLATFORM = 'https://purl.imsglobal.org/spec/lti-platform-configuration';
export const CANVAS = 'https://canvas.instructure.com/lti';

type Json = Record<string, unknown>;

/** A platform that responds to a registration and records the request. */
export interface Registrar {
  platform: TestPlatform;
  calls: { method: string; path: string; authorization: string | null; body: Json | null }[];
  configuration: Json;
  /** Status and body of the registration endpoint. */
  reply: { status: number; body: unknown };
  configurationStatus: number;
}

function answer(registrar: Registrar, [req, body, res]: [IncomingMessage, string, ServerResponse]): void {
  const { calls, configuration, reply, configurationStatus } = registrar;
  calls.push({
    method: req.method ?? '',
    path: req.url ?? '',
    authorization: req.headers.authorization ?? null,
    body: body === '' ? null : (JSON.parse(body) as Json),
  });
  const [status, said] =
    req.url === '/config' ? [configurationStatus, configuration] : [reply.status, reply.body];
  res.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
  res.end(JSON.stringify(said));
}

/** A fresh registrar for each test of a file, with what an admin and an LMS do for a registration. */
export function useRegistrar(world: LtiWorld) {
  const made: { registrar?: Registrar } = {};
  const current = (): Registrar => {
    if (!made.registrar) throw new Error('the registrar has not started');
    return made.registrar;
  };

  beforeEach(async () => {
    const platform = await startTestPlatform('registered-1');
    const registrar: Registrar = {
      platform,
      calls: [],
      configurationStatus: 200,
      reply: { status: 201, body: { client_id: 'registered-1', [TOOL]: { deployment_id: 'dep-1' } } },
      configuration: {
        issuer: platform.issuer,
        authorization_endpoint: `${platform.url}/auth`,
        token_endpoint: `${platform.url}/token`,
        jwks_uri: `${platform.url}/jwks`,
        registration_endpoint: `${platform.url}/register`,
        [PLATFORM]: { product_family_code: 'moodle', version: '4.5.6' },
      },
    };
    platform.onRequest = (...call) => answer(registrar, call);
    made.registrar = registrar;
    await LimiterModel.deleteMany({});
  });
  afterEach(() => current().platform.close());

  return {
    current,
    async newInvite(autoApprove = false, institutionId = world.institutionId()): Promise<string> {
      const url = await createInvite(world.deps, { institutionId, autoApprove });
      return new URL(url).searchParams.get('invite') ?? '';
    },
    register: (query: Record<string, string>) =>
      world.request(`/lti/register?${new URLSearchParams(query).toString()}`),
    whole: (invite: string): Record<string, string> => ({
      invite,
      openid_configuration: `${current().platform.url}/config`,
      registration_token: 'token-1',
    }),
  };
}
