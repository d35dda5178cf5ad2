import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { SCHEMAS_FOLDER, toJsonSchemas } from '../../scripts/lib/jsonSchemas.ts';
import { manifestOf, pathwayWithFile, plainBundle } from '../support/bundles/sampleBundle.ts';
import { samplePathway } from '../support/sampleContent.ts';
import { sampleForm } from '../support/sampleForm.ts';

const FOLDER = join(import.meta.dirname, '../..', SCHEMAS_FOLDER);

/** Reads a value by a published schema, as somebody would who has nothing else. */
function accepts(name: string, value: unknown): boolean {
  const schema = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Parameters<
    typeof z.fromJSONSchema
  >[0];
  return z.fromJSONSchema(schema).safeParse(value).success;
}

describe('the published schemas', () => {
  // `npm run docs` writes them
  test('are those of the contract', () => {
    const published = readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]);

    expect(published.sort()).toEqual([...toJsonSchemas()].sort());
  });

  test.each<[string, string, unknown]>([
    ['pathway', 'of several modules', samplePathway(4)],
    ['pathway', 'with a file', pathwayWithFile()],
    ['observation-form', 'with items of every kind', sampleForm()],
    ['bundle', 'of a sample', JSON.parse(manifestOf(plainBundle()))],
  ])('accept a %s %s', (name, _what, value) => {
    expect(accepts(`${name}.schema.json`, value)).toBe(true);
  });

  test.each<[string, string, unknown]>([
    ['pathway', 'of another version', { ...samplePathway(1), schemaVersion: 1 }],
    ['pathway', 'with a member that nobody knows', { ...samplePathway(1), script: '' }],
    ['pathway', 'without modules', { ...samplePathway(1), modules: [] }],
    ['pathway', 'with a rule of another kind', { ...samplePathway(1), completes: { type: 'not', of: [] } }],
    ['observation-form', 'of another version', { ...sampleForm(), schemaVersion: 2 }],
    ['observation-form', 'with a member that nobody knows', { ...sampleForm(), script: '' }],
    ['bundle', 'without files', { ...(JSON.parse(manifestOf({})) as object), files: [] }],
  ])('refuse a %s %s', (name, _what, value) => {
    expect(accepts(`${name}.schema.json`, value)).toBe(false);
  });
});
