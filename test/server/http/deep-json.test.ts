import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ENDPOINTS, type NamedEndpoint } from '../../../contract/endpoints.ts';
import type { Endpoint } from '../../../contract/endpoint.ts';
import { blankModule } from '../../../client/src/features/studio/blanks.ts';
import { useApp, type Caller } from '../../support/app.ts';

/** JSON that is nested so deeply that a recursive reader would exhaust the stack. */
const LEVELS = 12_000;
const TOWER = `${'{"content":['.repeat(LEVELS)}1${']}'.repeat(LEVELS)}`;
const quotes = (levels: number): string =>
  `{"type":"doc","content":[${'{"type":"blockquote","content":['.repeat(levels)}{"type":"paragraph"}${']}'.repeat(levels)}]}`;

const world = useApp();
let teacher: Caller;
let designer: Caller;
beforeAll(async () => {
  teacher = await world.launch('teacher-1', world.links.module);
  designer = await world.launch('designer', world.links.pathway);
});

const nameOf = ({ method, path }: Endpoint): string => `${method.toUpperCase()} ${path}`;
const key = randomUUID();

/** A save of one part, with a text in it. */
function saving(part: object): (document: string) => string {
  const change = { key, baseRevision: 0, value: part };
  const body = JSON.stringify({ windowId: randomUUID(), changes: [change] });
  return (document) => body.replace('"here"', document);
}
const exemplar = { key, title: '', outcome: 'approved', content: 'here', criteria: [], comment: '' };
const draft = JSON.stringify({ draftId: key, baseRevision: 0, document: 'here' });

/** Every place of a body that holds a text with formatting. */
const TEXTS: [route: string, place: string, body: (document: string) => string][] = [
  ['PUT /attempts/:id/drafts/:pieceKey', 'a text', (document) => draft.replace('"here"', document)],
  [
    'PUT /studio/drafts/:id/parts',
    'the text of a block',
    saving({ type: 'block', block: { type: 'text', key, content: 'here' } }),
  ],
  [
    'PUT /studio/drafts/:id/parts',
    'the variant of a module',
    saving({ ...blankModule({ key, title: 'A', scale: null }), lowTech: 'here' }),
  ],
  ['PUT /studio/drafts/:id/parts', 'an example of work', saving({ type: 'exemplar', exemplar })],
];

async function send(route: string, body: string): Promise<{ status: number; code: string }> {
  const [method = '', path = ''] = route.split(' ');
  const isDesigners = ENDPOINTS.some(
    ({ endpoint }) => nameOf(endpoint) === route && endpoint.who.includes('designer'),
  );
  const response = await (isDesigners ? designer : teacher).raw(
    method,
    `/api/v1${path.replace(/:\w+/g, key)}`,
    { headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() }, body },
  );
  return { status: response.status, code: z.object({ code: z.string() }).parse(await response.json()).code };
}

const WITH_BODY = ENDPOINTS.filter(({ endpoint }) => endpoint.body !== undefined);

/** Names of the members that a body may have. */
function membersOf({ endpoint: { body } }: NamedEndpoint): string[] {
  const shapes = body instanceof z.ZodDiscriminatedUnion ? body.options : [body];
  return shapes.flatMap((shape) => (shape instanceof z.ZodObject ? Object.keys(shape.shape) : []));
}

describe('JSON that is nested too deeply', () => {
  it.each(TEXTS)('is refused as not well formed by %s, in %s', async (route, _place, body) => {
    expect(await send(route, body(quotes(LEVELS)))).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it.each(WITH_BODY.map((row) => [nameOf(row.endpoint), membersOf(row)] as const))(
    'is refused wherever it stands in the body of %s',
    async (route, members) => {
      const bodies = [TOWER, ...members.map((member) => `{"${member}":${TOWER}}`)];

      const answers = await Promise.all(bodies.map((body) => send(route, body)));

      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status < 400 || status >= 500)).toEqual([]);
    },
  );

  it('is looked for in every body that the API describes as holding a text', async () => {
    const { paths, components } = OpenApi.parse(
      await (await teacher.raw('GET', '/api/v1/openapi.json')).json(),
    );

    const holding = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { requestBody }]) => reaches(requestBody, 'RichDocument', components.schemas))
        .map(
          ([method]) => `${method.toUpperCase()} ${path.replace('/api/v1', '').replace(/\{(\w+)\}/g, ':$1')}`,
        ),
    );

    expect(holding.sort()).toEqual([...new Set(TEXTS.map(([route]) => route))].sort());
  });
});

const OpenApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ requestBody: z.unknown().optional() }))),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

/** Whether a schema refers to the one of this name, itself or through others. */
function reaches(schema: unknown, name: string, schemas: Readonly<Record<string, unknown>>): boolean {
  const seen = new Set<string>();
  const toRead = [schema];
  for (let next = toRead.pop(); next !== undefined; next = toRead.pop()) {
    const refs = (JSON.stringify(next) ?? '').matchAll(/#\/components\/schemas\/(\w+)"/g);
    for (const [, id = ''] of refs) {
      if (!seen.has(id)) toRead.push(schemas[id]);
      seen.add(id);
    }
  }
  return seen.has(name);
}
