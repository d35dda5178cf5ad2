import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { nameKeysOf } from '../../../server/features/launches/nameKeys.ts';
import { listPeople } from '../../../server/features/launches/people.service.ts';
import { PersonModel, type PersonDoc } from '../../../server/features/launches/person.model.ts';
import { useServices } from '../../support/services.ts';

useServices();

function person(institutionId: string, name: string, at: number): PersonDoc {
  return {
    _id: randomUUID(),
    institutionId,
    platformId: 'p',
    sub: randomUUID(),
    name,
    nameKeys: nameKeysOf(name),
    givenName: null,
    familyName: null,
    email: null,
    claimsHash: 'h',
    agreedAt: null,
    agreedNotice: null,
    weeklyMinutes: null,
    createdAt: new Date(at),
    lastSeenAt: null,
  };
}

async function store(names: readonly string[]): Promise<string> {
  const institutionId = randomUUID();
  await PersonModel.insertMany(names.map((name, i) => person(institutionId, name, i)));
  return institutionId;
}

/** Names of all pages, one after the other. */
async function readAll(institutionId: string, search: string): Promise<{ names: string[]; pages: number }> {
  const names: string[] = [];
  let after: string | null = null;
  let pages = 0;
  do {
    const page: Awaited<ReturnType<typeof listPeople>> = await listPeople(institutionId, { search, after });
    names.push(...page.people.map(({ name }) => name ?? ''));
    after = page.next;
    pages += 1;
  } while (after !== null);
  return { names, pages };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('the list of people', () => {
  test('goes through everybody in the order in which they came', async () => {
    const names = range(120).map((i) => `Teacher ${i}`);
    const institutionId = await store(names);

    const all = await readAll(institutionId, '');

    expect(all).toEqual({ names, pages: 3 });
  });

  test('finds a part of a name, by name, and nobody of another institution', async () => {
    const institutionId = await store(['Zoë Berg', 'Ana Bergmann', 'Berg Alva', 'Anna Steinberg']);
    await store(['Berg Elsewhere']);

    const found = await readAll(institutionId, 'BERG');

    expect(found.names).toEqual(['Zoë Berg', 'Berg Alva', 'Ana Bergmann']);
  });

  test('shows each of many namesakes once, over all pages', async () => {
    const institutionId = await store(range(130).map(() => 'Ana Cruz'));

    const found = await readAll(institutionId, 'cruz');

    expect(found).toEqual({ names: range(130).map(() => 'Ana Cruz'), pages: 3 });
  });

  test('shows those once whose name fits in two places', async () => {
    const twice = range(70).map((i) => `Tea${i} Teller${i}`);
    const once = range(70).map((i) => `Ana${i} Teller${i}`);
    const institutionId = await store([...twice, ...once]);

    const found = await readAll(institutionId, 'te');

    expect([...found.names].sort()).toEqual([...twice, ...once].sort());
  });

  test('finds nobody by signs that mean something to a pattern', async () => {
    const institutionId = await store(['Ana Cruz']);

    const found = await readAll(institutionId, '.*');

    expect(found.names).toEqual([]);
  });
});
