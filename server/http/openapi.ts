import { Router } from 'express';
import { z } from 'zod';
import { ENDPOINTS, type NamedEndpoint } from '../../contract/endpoints.ts';
import { ErrorBody } from '../../contract/errors.ts';
import { RichDocument, RICH_PARTS } from '../../contract/richText.ts';
import { WrittenDocument } from '../../contract/richTextCheck.ts';
import { escapeHtml } from './html.ts';

type Registry = z.core.$ZodRegistry<{ id: string }>;

const componentName = ({ group, name }: NamedEndpoint, part: string): string =>
  [group.replace(/\W/g, ''), name, part].map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join('');

const reference = (id: string): { $ref: string } => ({ $ref: `#/components/schemas/${id}` });

/** Registers a schema once and returns a reference to it; a schema that is already registered keeps its name. */
function registerSchema(registry: Registry, schema: z.ZodType, id: string): { $ref: string } {
  const known = registry.get(schema);
  if (known) return reference(known.id);
  registry.add(schema, { id });
  return reference(id);
}

function parametersOf({ params, query }: NamedEndpoint['endpoint']): object[] {
  const of = (where: 'path' | 'query', schema: z.ZodObject | undefined): object[] =>
    Object.entries(schema?.shape ?? {}).map(([name, value]: [string, z.core.$ZodType]) => ({
      name,
      in: where,
      required: where === 'path' || value._zod.optin !== 'optional',
      schema: z.toJSONSchema(value, { io: 'input' }),
    }));
  return [...of('path', params), ...of('query', query)];
}

function toOperation(registry: Registry, row: NamedEndpoint): object {
  const { summary, who, body, reply, status = 200, media = 'application/json', method } = row.endpoint;
  const isPublic = who.includes('public');
  const key = { name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string' } };
  const json = (schema: object): object => ({ content: { 'application/json': { schema } } });
  return {
    operationId: componentName(row, ''),
    summary,
    description: isPublic ? 'Without a session.' : `For: ${who.join(', ')}.`,
    tags: [row.group],
    security: isPublic ? [] : [{ bearer: [] }],
    parameters: [...parametersOf(row.endpoint), ...(method === 'post' && !isPublic ? [key] : [])],
    ...(body
      ? {
          requestBody: {
            required: true,
            ...json(registerSchema(registry, body, componentName(row, 'body'))),
          },
        }
      : {}),
    responses: {
      [status]: {
        description: 'Done',
        content: { [media]: { schema: registerSchema(registry, reply, componentName(row, 'reply')) } },
      },
      default: {
        description: 'Not done: a code, a sentence, a correlation id',
        ...json(reference('ErrorBody')),
      },
    },
  };
}

/**
 * The OpenAPI 3.1 description of the API, generated from the contract's endpoint table by zod itself, which supports recursion.
 */
function openApiDocument(publicUrl: string): object {
  const registry = z.registry<{ id: string }>();
  registry.add(ErrorBody, { id: 'ErrorBody' });
  registry.add(RichDocument, { id: 'RichDocument' });
  for (const [id, schema] of Object.entries(RICH_PARTS)) registry.add(schema, { id });
  const paths: Record<string, Record<string, object>> = {};
  for (const row of ENDPOINTS) {
    const path = `/api/v1${row.endpoint.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [row.endpoint.method]: toOperation(registry, row) };
  }
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    unrepresentable: 'any',
    io: 'input',
    // what a person wrote is checked by code; in replies it has the form that we return
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === WrittenDocument) Object.assign(jsonSchema, reference('RichDocument'));
    },
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Waymark', version: '1', description: 'What the pages of Waymark call. Times are UTC.' },
    servers: [{ url: publicUrl }],
    components: { schemas, securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths,
  };
}

function docsPage(): string {
  const rows = ENDPOINTS.map(
    ({ group, endpoint: { method, path, summary, who } }) =>
      `<tr><td>${escapeHtml(group)}</td><td><code>${method.toUpperCase()} /api/v1${escapeHtml(path)}</code></td>` +
      `<td>${escapeHtml(summary)}</td><td>${who.join(', ')}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Waymark API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>Waymark API</h1>
<p>Machine readable: <a href="/api/v1/openapi.json">openapi.json</a>. A POST needs an <code>Idempotency-Key</code>.</p>
<table><thead><tr><th scope="col">Part</th><th scope="col">Call</th><th scope="col">What</th><th scope="col">Who</th></tr></thead>
<tbody>${rows.join('')}</tbody></table></main></body></html>`;
}

/** Routes of `/api`: `v1/openapi.json` and the readable page `docs`. */
export function openApiRouter(publicUrl: string): Router {
  const router = Router();
  let document: object | null = null;
  router.get('/v1/openapi.json', (_req, res) => {
    document ??= openApiDocument(publicUrl);
    res.setHeader('Cache-Control', 'public, max-age=300');
    res.json(document);
  });
  router.get('/docs', (_req, res) => {
    res.type('html').send(docsPage());
  });
  return router;
}
