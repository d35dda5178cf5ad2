import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { documentOf } from '../../../contract/richText.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { DraftModel } from '../../../server/features/attempts/draft.model.ts';
import { useApp, type Caller } from '../../support/app.ts';
import { FIRST_MODULE } from '../../support/work.ts';

const world = useApp();
let teacher: Caller;
let attemptId: string;
beforeAll(async () => {
  teacher = await world.launch('teacher-1', world.links.module);
  attemptId = (await teacher.call(pathwayEndpoints.open, { body: {} })).body.attemptId ?? '';
});

const draftPath = () => `/api/v1/attempts/${attemptId}/drafts/${FIRST_MODULE.prompt.key}`;
const json = { 'content-type': 'application/json' };

async function errorOf(
  response: Response,
): Promise<{ status: number; code: string; correlationId: string; message: string }> {
  const body = (await response.json()) as { code: string; correlationId: string; message: string };
  return { status: response.status, ...body };
}

/** Sends bytes without end until the server has answered. */
function pour(path: string, bearer: string, bytes: number): Promise<{ status: number; sent: number }> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    const req = httpRequest(`${world.url}${path}`, {
      method: 'PUT',
      headers: { ...json, authorization: `Bearer ${bearer}`, 'content-length': bytes },
    });
    const part = Buffer.alloc(64 * 1024, 0x20);
    const push = (): void => {
      while (sent < bytes && !req.destroyed) {
        sent += part.length;
        if (!req.write(part)) return void req.once('drain', push);
      }
    };
    req.once('response', (res) => {
      resolve({ status: res.statusCode ?? 0, sent });
      req.destroy();
    });
    req.on('error', (error) => (req.destroyed ? undefined : reject(error)));
    push();
  });
}

describe('a request body', () => {
  it('that is no JSON is refused with a sentence and a correlation id', async () => {
    const answer = await errorOf(
      await teacher.raw('PUT', draftPath(), { headers: json, body: '{"draftId":' }),
    );

    expect(answer).toMatchObject({ status: 400, code: 'MALFORMED_BODY' });
    expect(answer.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.message).not.toMatch(/SyntaxError|at position|stack/);
  });

  it('of 100 MB is refused long before it has arrived', async () => {
    const { status, sent } = await pour(draftPath(), teacher.bearer, 100 * 1024 * 1024);

    expect(status).toBe(413);
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });

  it.each([
    [
      'an operator for a text',
      { draftId: { $ne: null }, baseRevision: 0, document: documentOf('a') },
      'body.draftId',
    ],
    [
      'an operator for a number',
      { draftId: randomUUID(), baseRevision: { $gt: 0 }, document: documentOf('a') },
      'body.baseRevision',
    ],
    [
      'a field too many',
      { draftId: randomUUID(), baseRevision: 0, document: documentOf('a'), institutionId: 'x' },
      'body',
    ],
    [
      'a negative revision',
      { draftId: randomUUID(), baseRevision: -1, document: documentOf('a') },
      'body.baseRevision',
    ],
    ['nothing', {}, 'body.draftId'],
    ['a list', [], 'body'],
  ])('with %s is refused, naming the field', async (_what, body, path) => {
    const response = await teacher.raw('PUT', draftPath(), { headers: json, body: JSON.stringify(body) });

    const answer = (await response.json()) as { code: string; fields: { path: string }[] };
    expect({ status: response.status, code: answer.code }).toEqual({
      status: 400,
      code: 'VALIDATION_FAILED',
    });
    expect(answer.fields.map((field) => field.path)).toContain(path);
  });

  it('with __proto__ changes nothing but is refused', async () => {
    const body = '{"__proto__":{"roles":["admin"]},"draftId":"x"}';

    const response = await teacher.raw('PUT', draftPath(), { headers: json, body });

    expect(response.status).toBe(400);
    expect(({} as { roles?: unknown }).roles).toBeUndefined();
  });

  it('stored nothing in all of that', async () => {
    expect(
      await DraftModel.countDocuments({ institutionId: world.institutionId, subjectId: attemptId }),
    ).toBe(0);
  });
});

const quote = '{"type":"blockquote","content":[';
const around = (levels: number, open: string, close: string): string =>
  `{"type":"doc","content":[${open.repeat(levels)}{"type":"paragraph"}${close.repeat(levels)}]}`;

async function send(document: string): Promise<{ status: number; code: string }> {
  const body = `{"draftId":"${randomUUID()}","baseRevision":0,"document":${document}}`;
  return errorOf(await teacher.raw('PUT', draftPath(), { headers: json, body }));
}

describe('a text that is made to cost', () => {
  it.each([
    ['12,000 quotes in each other', around(12_000, quote, ']}')],
    ['12,000 quotes in each other that are never closed right', around(12_000, quote, ',{}]}')],
    ['a tower of brackets', around(100_000, '[', ']')],
    ['a tower of objects', `${'{"a":'.repeat(80_000)}1${'}'.repeat(80_000)}`],
    ['20,000 empty quotes', `{"type":"doc","content":[${`${quote}]},`.repeat(12_000)}{"type":"paragraph"}]}`],
  ])('is refused as not well formed: %s', async (_what, document) => {
    expect(await send(document)).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it('is refused as too long where it merely is', async () => {
    const lines = '{"type":"paragraph"},'.repeat(20_000);

    expect(await send(`{"type":"doc","content":[${lines}{"type":"paragraph"}]}`)).toMatchObject({
      status: 400,
      code: 'TEXT_TOO_LONG',
    });
  });
});

describe('an address', () => {
  it.each(['not-an-id', '1', '%00', "' or 1=1", '[$ne]', 'a'.repeat(5000)])(
    'with the id %.20s is refused as not well formed',
    async (id) => {
      const response = await teacher.raw('GET', `/api/v1/attempts/${encodeURIComponent(id)}`);

      expect(response.status).toBe(400);
      expect(((await response.json()) as { code: string }).code).toBe('VALIDATION_FAILED');
    },
  );

  it('with a broken escape is a 400, not a 500', async () => {
    const response = await teacher.raw('GET', '/api/v1/attempts/%E0%A4%A');

    expect(response.status).toBe(400);
  });

  it('that does not exist says so in JSON', async () => {
    const answer = await errorOf(await teacher.raw('GET', '/api/v1/nothing/here'));

    expect(answer).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('of a list with operators in its query is refused', async () => {
    const response = await teacher.raw('GET', '/api/v1/enrolments/open?x[$ne]=1');

    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });
});

describe('an Idempotency-Key', () => {
  it('is asked for on every POST', async () => {
    const response = await teacher.raw('POST', '/api/v1/me/consent', {
      headers: json,
      body: '{"weeklyMinutes":90}',
    });

    expect(await errorOf(response)).toMatchObject({ status: 400, code: 'IDEMPOTENCY_KEY_MISSING' });
  });

  it('makes ten presses of one button one submission', async () => {
    const idempotencyKey = randomUUID();
    const body = {
      url: 'https://example.org/',
      name: 'Once',
      criteria: [FIRST_MODULE.A],
      requirementKey: null,
    };
    const press = () =>
      teacher.call(attemptEndpoints.addLink, { params: { id: attemptId }, body, idempotencyKey });

    const first = await press();
    const again = await Promise.all([press(), press(), press()]);

    expect(again.map((answer) => answer.body.id)).toEqual([first.body.id, first.body.id, first.body.id]);
    const workspace = await teacher.call(attemptEndpoints.workspace, { params: { id: attemptId } });
    expect(workspace.body.evidence).toHaveLength(1);
  });

  it('used for something else is refused', async () => {
    const idempotencyKey = randomUUID();
    await teacher.call(sessionEndpoints.agree, { body: { weeklyMinutes: 60 }, idempotencyKey });

    const other = await teacher.call(sessionEndpoints.agree, { body: { weeklyMinutes: 90 }, idempotencyKey });

    expect(other).toMatchObject({ status: 409, error: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });
});

describe('text that people and LMSs send', () => {
  it('is kept as text: HTML in a name and in a reflection comes back letter by letter', async () => {
    const name = '<img src=x onerror=alert(1)> "quoted"';
    const body = {
      url: 'https://example.org/?a=1&b=<c>',
      name,
      criteria: [FIRST_MODULE.A],
      requirementKey: null,
    };

    const added = await teacher.call(attemptEndpoints.addLink, { params: { id: attemptId }, body });
    const text = '<script>alert(1)</script>';
    const saved = await teacher.call(attemptEndpoints.saveDraft, {
      params: { id: attemptId, pieceKey: FIRST_MODULE.prompt.key },
      body: { draftId: randomUUID(), baseRevision: 0, document: documentOf(text) },
    });

    expect(added.body.name).toBe(name);
    expect(saved.body.text).toBe(text);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'not a link'])(
    'as the link %s is refused',
    async (url) => {
      const body = { url, name: 'x', criteria: [FIRST_MODULE.A], requirementKey: null };

      const added = await teacher.call(attemptEndpoints.addLink, { params: { id: attemptId }, body });

      expect(added.status).toBe(400);
    },
  );
});

describe('every answer', () => {
  it('has strict headers, and none that keeps the LMS from framing or the opener from hearing', async () => {
    const response = await teacher.raw('GET', '/api/v1/session');

    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-frame-options')).toBeNull();
    expect(response.headers.get('cross-origin-opener-policy')).toBeNull();
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('a text in 15,000 quotes', () => {
  it('costs the server less than a text of 10,000 characters that it keeps', async () => {
    const busyFor = async (document: string): Promise<number> => {
      const before = process.cpuUsage();
      await send(document);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const letters = '{"type":"paragraph","content":[{"type":"text","text":"a"}]},'.repeat(4_000);
    const kept = `{"type":"doc","content":[${letters}{"type":"paragraph"}]}`;
    await busyFor(kept);

    const honest = await busyFor(kept);
    const hostile = await busyFor(around(15_000, quote, ']}'));

    expect(hostile).toBeLessThan(honest * 10);
  });
});
