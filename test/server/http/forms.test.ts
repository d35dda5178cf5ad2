import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express, { type ErrorRequestHandler } from 'express';
import fc from 'fast-check';
import { toClientFault } from '../../../server/http/clientFaults.ts';
import { readForms } from '../../../server/lti/forms.ts';

const TYPE = 'application/x-www-form-urlencoded';
let server: Server;

beforeAll(async () => {
  const refuse: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
    const fault = toClientFault(error);
    res.status(fault?.status ?? 500).json(fault?.code ?? String(error));
  };
  const app = express();
  app.post('/', readForms(), (req, res) => void res.json(req.body ?? null));
  app.use(refuse);
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** @param headers  without a length the body goes out in chunks, which is body-parser's way */
function post(
  body: string,
  headers: Record<string, string | number>,
): Promise<{ status: number; read: unknown }> {
  return new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const sent = request({ port, host: '127.0.0.1', method: 'POST', headers, agent: false }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (part: string) => (text += part));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, read: JSON.parse(text) as unknown }));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

const told = (body: string, type = TYPE) =>
  post(body, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
const chunked = (body: string) => post(body, { 'content-type': TYPE, 'transfer-encoding': 'chunked' });

describe('a posted form', () => {
  test('is read alike, whichever way it comes', async () => {
    // nested names are nobody's, and refused by whoever reads the fields
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !/[[\]]/.test(text));
    const fields = fc.array(fc.tuple(name, fc.string({ unit: 'grapheme', maxLength: 40 })), {
      minLength: 1,
      maxLength: 12,
    });

    await fc.assert(
      fc.asyncProperty(fields, async (list) => {
        const body = new URLSearchParams(list).toString();

        expect(await told(body)).toEqual(await chunked(body));
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['a field that comes twice', 'a=1&a=2'],
    ['a name alone', 'a&b='],
    ['no name', '=1'],
    ['empty parts', '&&a=1&'],
    ['a percent sign that stands for nothing', 'a=100%'],
    ['a plus', 'a=1+2%2B3'],
    ['a name that objects have', '__proto__=1&constructor=2&toString=3'],
  ])('with %s is read alike, too', async (_what, body) => {
    expect(await told(body)).toEqual(await chunked(body));
  });

  test('in a character set that is no UTF-8 is read by that', async () => {
    const { read } = await told('a=%E9', `${TYPE}; charset=iso-8859-1`);

    expect(read).toEqual({ a: 'é' });
  });

  const fields = (count: number): string => Array.from({ length: count }, (_, n) => `f${n}=1`).join('&');
  test.each([
    ['of more than 100 fields', fields(101)],
    ['of more than 256 kB', `a=${'x'.repeat(256 * 1024)}`],
  ])('%s is too large', async (_what, body) => {
    const [one, other] = [await told(body), await chunked(body)];

    expect(one).toEqual({ status: 413, read: 'BODY_TOO_LARGE' });
    expect(other).toEqual(one);
  });

  test('of another type is none', async () => {
    const { read } = await told('{"a":1}', 'application/json');

    expect(read).toBeNull();
  });
});
