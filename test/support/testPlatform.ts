import { randomUUID, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT, type JWK, type JWTHeaderParameters } from 'jose';
import { SAMPLE } from './build.ts';
import { returnKeyPair, takeKeyPair, type KeyPair } from './keyPairs.ts';

const LTI = 'https://purl.imsglobal.org/spec/lti/claim';
export const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership';
export const claimName = (name: string): string => `${LTI}/${name}`;

export type Claims = Record<string, unknown>;

interface SigningKey extends KeyPair {
  kid: string;
  publicJwk: JWK;
}

export async function makeSigningKey(kid: string = randomUUID()): Promise<SigningKey> {
  const pair = takeKeyPair();
  return { kid, ...pair, publicJwk: { ...(await exportJWK(pair.publicKey)), kid, use: 'sig' } };
}

/** Only the key set and the signature of a platform: enough for a launch test to get things wrong on purpose. */
export interface TestPlatform {
  url: string;
  issuer: string;
  clientId: string;
  key: SigningKey;
  /** The response of `/jwks`. */
  published: JWK[];
  /** How often `/jwks` was requested. */
  keySetCalls(): number;
  /** Handles all other paths. */
  onRequest: (req: IncomingMessage, body: string, res: ServerResponse) => void;
  /** Claims of a teacher who launches a link in a course. */
  claims(nonce: string, publicUrl: string): Claims;
  sign(claims: Claims, header?: Partial<JWTHeaderParameters>, key?: KeyObject): Promise<string>;
  close(): Promise<void>;
}

function launchClaims(platform: Pick<TestPlatform, 'issuer' | 'clientId'>, nonce: string, publicUrl: string) {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: platform.issuer,
    aud: platform.clientId,
    sub: 'person-1',
    iat: now,
    exp: now + 60,
    nonce,
    name: 'Teacher 14',
    given_name: 'Teacher',
    family_name: '14',
    email: 'teacher14@school.example',
    [claimName('message_type')]: 'LtiResourceLinkRequest',
    [claimName('version')]: '1.3.0',
    [claimName('deployment_id')]: 'd1',
    [claimName('target_link_uri')]: `${publicUrl}/lti/launch`,
    [claimName('roles')]: [`${MEMBERSHIP}#Learner`],
    [claimName('context')]: { id: 'course-1', label: 'C1', title: 'Course 1' },
    [claimName('resource_link')]: { id: 'link-1', title: 'Link 1' },
    [claimName('launch_presentation')]: {
      locale: 'en',
      document_target: 'iframe',
      return_url: `${platform.issuer}/course/1`,
    },
    [claimName('custom')]: { wm_pathway: SAMPLE.key },
  };
}

async function readBody(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

export async function startTestPlatform(clientId = 'client-1'): Promise<TestPlatform> {
  let calls = 0;
  const key = await makeSigningKey();
  const server = createServer((req, res) => {
    if (req.url === '/jwks') {
      calls += 1;
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ keys: platform.published }));
      return;
    }
    void readBody(req).then((body) => platform.onRequest(req, body, res));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const platform: TestPlatform = {
    url,
    issuer: url,
    clientId,
    key,
    published: [key.publicJwk],
    keySetCalls: () => calls,
    onRequest: (_req, _body, res) => void res.writeHead(404).end(),
    claims: (nonce, publicUrl) => launchClaims(platform, nonce, publicUrl),
    sign: (claims, header = {}, signer = platform.key.privateKey) => {
      const protectedHeader = { alg: 'RS256', kid: platform.key.kid, ...header };
      return new SignJWT(claims).setProtectedHeader(protectedHeader).sign(signer);
    },
    async close() {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      returnKeyPair(key);
    },
  };
  return platform;
}
