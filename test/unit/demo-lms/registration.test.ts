import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  issueRegistrationToken,
  registrationUrl,
  TOOL_CONFIGURATION,
} from '../../../demo-lms/registration/registration.ts';
import { SCOPE } from '../../../demo-lms/state/tools.ts';
import type { Mode } from '../../../demo-lms/state/types.ts';
import { escapeHtml } from '../../../demo-lms/pages/html.ts';
import { connectTool } from '../../../demo-lms/registration/connect.ts';
import { setScene, type Scene } from './support.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

interface Configuration {
  issuer: string;
  registration_endpoint: string;
  authorization_endpoint: string;
  [name: string]: unknown;
}

async function readConfiguration(token: string): Promise<Configuration> {
  const url = new URL(
    registrationUrl(scene.demo.lms, 'http://localhost:3000/lti/register?invite=abc', token),
  );
  const place = url.searchParams.get('openid_configuration') ?? '';
  return (await (
    await fetch(place, { headers: { authorization: `Bearer ${token}` } })
  ).json()) as Configuration;
}

const request = (change: object = {}, configuration: object = {}) => ({
  application_type: 'web',
  response_types: ['id_token'],
  grant_types: ['client_credentials', 'implicit'],
  initiate_login_uri: 'http://localhost:3000/lti/login',
  redirect_uris: ['http://localhost:3000/lti/launch'],
  client_name: 'Way<b>mark</b>',
  jwks_uri: 'http://localhost:3000/lti/jwks',
  token_endpoint_auth_method: 'private_key_jwt',
  scope: `${SCOPE.score} ${SCOPE.roster}`,
  [TOOL_CONFIGURATION]: {
    domain: 'localhost:3000',
    target_link_uri: 'http://localhost:3000/lti/launch',
    claims: ['sub', 'name'],
    custom_parameters: { a: '1' },
    messages: [{ type: 'LtiDeepLinkingRequest', label: 'Pick' }],
    ...configuration,
  },
  ...change,
});

async function post(endpoint: string, token: string | null, body: unknown): Promise<Response> {
  return fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
}

describe.each(['plain', 'canvas', 'moodle', 'schoology'] as Mode[])('dynamic registration in %s', (mode) => {
  beforeEach(() => scene.demo.lms.settings.set({ mode }));

  test('registers a tool as pending with one token, once', async () => {
    const { lms } = scene.demo;
    const token = await issueRegistrationToken(lms);
    const configuration = await readConfiguration(token);

    const made = await post(configuration.registration_endpoint, token, request());
    const again = await post(configuration.registration_endpoint, token, request());

    const reply = (await made.json()) as Record<string, unknown>;
    const tool = lms.tools.findByClientId(String(reply.client_id));
    expect(configuration.issuer).toBe(lms.issuer());
    expect(made.status).toBe(mode === 'moodle' ? 200 : 201);
    expect((reply[TOOL_CONFIGURATION] as Record<string, unknown>).deployment_id).toBe(tool?.deployments[0]);
    expect(tool).toMatchObject({ state: 'pending', customParameters: { a: '1' }, name: 'Waymark' });
    expect(tool?.inChooser).toBe(mode !== 'moodle');
    expect(again.status).toBe(401);
    expect(await again.text()).toBe('token_already_used');
  });

  test('has its configuration at its own place only', async () => {
    const token = await issueRegistrationToken(scene.demo.lms);
    const headers = { authorization: `Bearer ${token}` };

    const wellKnown = await fetch(`${scene.demo.url}/.well-known/openid-configuration`, { headers });
    const php = await fetch(`${scene.demo.url}/mod/lti/openid-configuration.php`, { headers });

    expect([wellKnown.status, php.status]).toEqual(mode === 'moodle' ? [404, 200] : [200, 404]);
  });
});

describe('a registration request', () => {
  beforeEach(() => scene.demo.lms.settings.set({ mode: 'moodle' }));

  test.each([
    ['response_types', request({ response_types: [] }), 'missing required attribute response_types'],
    [
      'initiate_login_uri',
      request({ initiate_login_uri: undefined }),
      'missing required attribute initiate_login_uri',
    ],
    ['redirect_uris', request({ redirect_uris: [] }), 'missing required attribute redirect_uris'],
    ['client_name', request({ client_name: '' }), 'missing required attribute client_name'],
    ['jwks_uri', request({ jwks_uri: undefined }), 'missing required attribute jwks_uri'],
    [
      'private_key_jwt',
      request({ token_endpoint_auth_method: 'none' }),
      'missing required attribute token_endpoint_auth_method',
    ],
    ['domain', request({}, { domain: undefined }), 'missing required attribute domain'],
    ['the port in its domain', request({}, { domain: 'localhost' }), 'domain_targetlinkuri_mismatch'],
  ])('without %s is 400 with the reason as text, and the token stays good', async (_name, body, reason) => {
    const { lms } = scene.demo;
    const token = await issueRegistrationToken(lms);

    const refused = await post(lms.endpoint('registration'), token, body);
    const good = await post(lms.endpoint('registration'), token, request());

    expect(refused.status).toBe(400);
    expect(await refused.text()).toBe(reason);
    expect(good.status).toBe(200);
  });

  test('without a token is 401, with a broken one an HTML 404', async () => {
    const { lms } = scene.demo;

    const missing = await post(lms.endpoint('registration'), null, request());
    const broken = await post(lms.endpoint('registration'), 'nonsense', request());

    expect(await missing.text()).toBe('missing_registration_token');
    expect(missing.status).toBe(401);
    expect(broken.status).toBe(404);
    expect(broken.headers.get('content-type')).toContain('text/html');
  });

  test('for scores gets reading and results too, and an echo that promises more', async () => {
    const { lms } = scene.demo;
    const token = await issueRegistrationToken(lms);

    const reply = (await (
      await post(lms.endpoint('registration'), token, request({ scope: SCOPE.score }))
    ).json()) as {
      client_id: string;
      scope: string;
    };

    const scopes = lms.tools.findByClientId(reply.client_id)?.scopes ?? [];
    expect([...scopes].sort()).toEqual([SCOPE.lineItemReadOnly, SCOPE.result, SCOPE.score].sort());
    expect(reply.scope.split(' ')).toContain(SCOPE.lineItem);
  });

  test('keeps to the claims that it asked for', async () => {
    const { lms } = scene.demo;
    const token = await issueRegistrationToken(lms);
    const reply = (await (await post(lms.endpoint('registration'), token, request())).json()) as {
      client_id: string;
    };
    const tool = lms.tools.findByClientId(reply.client_id);

    const link = lms.embed({ courseId: scene.courseId, toolId: tool?.id ?? '' });

    const claims = lms.claimsFor(link.id, 'teacher-1');
    expect(claims.name).toBe('Teacher 1');
    expect(claims).not.toHaveProperty('email');
  });
});

test('Canvas gives its configuration only to the bearer of a registration token', async () => {
  scene.demo.lms.settings.set({ mode: 'canvas' });

  const response = await fetch(scene.demo.lms.endpoint('openidConfiguration'));

  expect(response.status).toBe(401);
});

test('the tool’s own query survives in the registration URL', () => {
  const url = new URL(
    registrationUrl(scene.demo.lms, 'http://localhost:3000/lti/register?invite=abc', 'tok'),
  );

  expect(url.searchParams.get('invite')).toBe('abc');
  expect(url.searchParams.get('registration_token')).toBe('tok');
  expect(url.searchParams.get('openid_configuration')).toBe(
    `${scene.demo.url}/.well-known/openid-configuration`,
  );
});

describe('an update in Moodle', () => {
  test('changes the tool with one token as often as it likes, and can read it', async () => {
    const { lms } = scene.demo;
    lms.settings.set({ mode: 'moodle' });
    const token = await issueRegistrationToken(lms, scene.registered);
    const endpoint = lms.endpoint('registration');

    const first = await post(endpoint, token, request({ client_name: 'Second name' }));
    const second = await post(endpoint, token, request({ client_name: 'Third name' }));
    const read = await fetch(endpoint, { headers: { authorization: `Bearer ${token}` } });

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(scene.registered).toMatchObject({ name: 'Third name', clientId: 'client-1', state: 'active' });
    expect(scene.registered.inChooser).toBe(false);
    expect(await read.json()).toMatchObject({ client_id: 'client-1', client_name: 'Third name' });
  });
});

describe('connecting a tool without a browser', () => {
  /** A tool that shows one form first, or refuses. */
  async function startRegistrar(refuses: boolean): Promise<{ url: string; close: () => void }> {
    const server = createServer((req, res) => {
      const url = new URL(req.url ?? '/', 'http://localhost');
      if (refuses) return void res.writeHead(403).end('<h1>This invite was used</h1>');
      if (req.method === 'GET') {
        const query = escapeHtml(url.search);
        return void res.end(
          `<form method="post" action="/confirm${query}"><input name="yes" value="1"></form>`,
        );
      }
      const token = url.searchParams.get('registration_token');
      void post(scene.demo.lms.endpoint('registration'), token, request()).then(() => res.end('Done'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return { url: `http://127.0.0.1:${port}/register?invite=1`, close: () => server.close() };
  }

  test('submits its one form, activates it and offers it', async () => {
    const registrar = await startRegistrar(false);

    const tool = await connectTool(scene.demo.lms, registrar.url);

    registrar.close();
    expect(tool).toMatchObject({ name: 'Waymark', state: 'active', inChooser: true });
  });

  test('says with the tool’s words why it did not work', async () => {
    const registrar = await startRegistrar(true);

    const connected = connectTool(scene.demo.lms, registrar.url);

    await expect(connected).rejects.toThrow('This invite was used');
    registrar.close();
  });
});
