import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { ConfigError, readConfig } from '../../server/config.ts';
import { AttemptModel } from '../../server/features/enrolments/attempt.model.ts';
import { DataKeyModel } from '../../server/features/secrets/dataKey.model.ts';
import { openFor, rewrapDataKeys, sealFor } from '../../server/features/secrets/secrets.service.ts';
import { InstitutionModel } from '../../server/features/institutions/institution.model.ts';
import { ensureInstitution } from '../../server/features/institutions/institutions.service.ts';
import { migrate } from '../../server/migrations/migrations.ts';
import { MIGRATIONS } from '../../server/migrations/index.ts';
import { createSealer } from '../../server/seal.ts';
import { TenantMissingError } from '../../server/tenancy.ts';
import { testConfig, useServices } from '../support/services.ts';
// every model of the app, so that the rules below are held against each
import '../../server/app.ts';

const { deps } = useServices();

/** Untenanted by design; everything else names its institution. */
const UNTENANTED = new Set([
  'ArtifactChunk',
  'Institution', 'Platform', 'Deployment', 'LoginState', 'LtiKey', 'LaunchRefusal', 'Invite', 'Limiter', 'Migration', 'DeliveryLane',
  'RepeatedJob',
]); // prettier-ignore

describe('an update of a tenanted model', () => {
  it('is validated if it names fields, and not taken apart if it is a pipeline', async () => {
    const filter = { institutionId: randomUUID(), _id: randomUUID() };
    const named = AttemptModel.updateOne(filter, { $set: { state: 'unheard-of' } });
    const pipeline = AttemptModel.updateOne(filter, [{ $set: { state: '$state' } }], {
      updatePipeline: true,
    });

    await expect(named).rejects.toThrow(mongoose.Error.ValidationError);
    await pipeline;

    expect(named.getOptions()).not.toHaveProperty('runValidators');
    expect(pipeline.getOptions()).toMatchObject({ runValidators: false });
  });
});

describe('a tenanted model', () => {
  const tenanted = (): string[] => mongoose.modelNames().filter((name) => !UNTENANTED.has(name));

  it('is every model but a closed list', () => {
    const without = mongoose
      .modelNames()
      .filter((name) => !mongoose.model(name).schema.path('institutionId'));

    expect(without.filter((name) => !UNTENANTED.has(name))).toEqual([]);
    expect(tenanted().length).toBeGreaterThan(20);
  });

  it.each(['find', 'findOne', 'countDocuments', 'deleteMany'] as const)(
    'refuses %s without its institution',
    async (operation) => {
      for (const name of tenanted()) {
        const model = mongoose.model(name);
        const query =
          operation === 'find'
            ? model.find({})
            : operation === 'findOne'
              ? model.findOne({})
              : operation === 'deleteMany'
                ? model.deleteMany({})
                : model.countDocuments({});

        await expect(query.exec()).rejects.toBeInstanceOf(TenantMissingError);
      }
    },
  );

  it('refuses updates, aggregations and bulk writes without it, and an operator in its place', async () => {
    await expect(AttemptModel.updateMany({}, { $set: { round: 2 } })).rejects.toBeInstanceOf(
      TenantMissingError,
    );
    await expect(AttemptModel.find({ institutionId: { $ne: 'x' } })).rejects.toBeInstanceOf(
      TenantMissingError,
    );
    await expect(AttemptModel.aggregate([{ $match: { state: 'approved' } }])).rejects.toBeInstanceOf(
      TenantMissingError,
    );
    const joined = [
      { $match: { institutionId: 'x' } },
      { $unionWith: { coll: 'drafts', pipeline: [{ $match: {} }] } },
    ];
    await expect(AttemptModel.aggregate(joined as [])).rejects.toBeInstanceOf(TenantMissingError);
    const update = [{ updateOne: { filter: { _id: 'x' }, update: { $set: { round: 2 } } } }];
    await expect(AttemptModel.bulkWrite(update)).rejects.toBeInstanceOf(TenantMissingError);
  });
});

describe('secrets of an institution', () => {
  it('open for that institution and purpose only', async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    const sealed = await sealFor(deps, a, 'note:1', 'wait time');

    expect((await openFor(deps, a, 'note:1', sealed)).toString()).toBe('wait time');
    await expect(openFor(deps, a, 'note:2', sealed)).rejects.toThrow();
    await sealFor(deps, b, 'note:1', 'other');
    await expect(openFor(deps, b, 'note:1', sealed)).rejects.toThrow();
  });

  it('are under one key, however many are sealed first at once', async () => {
    const institutionId = randomUUID();

    const sealed = await Promise.all([1, 2, 3, 4].map((n) => sealFor(deps, institutionId, 'p', String(n))));

    expect(await DataKeyModel.countDocuments({ institutionId })).toBe(1);
    expect(
      await Promise.all(sealed.map(async (one) => (await openFor(deps, institutionId, 'p', one)).toString())),
    ).toEqual(['1', '2', '3', '4']);
  });

  it('survive a rotation of SECRET_KEYS, and need the old secret no more once wrapped again', async () => {
    const institutionId = randomUUID();
    const [older, newer] = [
      'old-secret-of-at-least-thirty-two-characters',
      'new-secret-of-at-least-thirty-two-characters',
    ];
    const sealerOf = (keys: string) => ({
      ...deps,
      sealer: createSealer(testConfig({ SECRET_KEYS: keys }).secretKeys),
    });
    const sealed = await sealFor(sealerOf(older), institutionId, 'p', 'kept');

    const both = sealerOf(`${newer},${older}`);
    expect((await openFor(both, institutionId, 'p', sealed)).toString()).toBe('kept');
    expect(await rewrapDataKeys(both, institutionId)).toBe(1);

    expect((await openFor(sealerOf(newer), institutionId, 'p', sealed)).toString()).toBe('kept');
    await expect(openFor(sealerOf(older), institutionId, 'p', sealed)).rejects.toThrow();
  });

  it('are gone for good with their key', async () => {
    const institutionId = randomUUID();
    const sealed = await sealFor(deps, institutionId, 'p', 'erase me');

    await DataKeyModel.deleteMany({ institutionId });

    await expect(openFor(deps, institutionId, 'p', sealed)).rejects.toThrow('gone');
  });
});

describe('the schema', () => {
  it('knows every model file, so that none goes without its indexes', () => {
    const files = readdirSync('server', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.model.ts'),
    );
    const listed = [...readFileSync('server/models.ts', 'utf8').matchAll(/import '\.\/(.+)';/g)].map(
      ([, file]) => file,
    );

    expect(listed).toEqual(files.sort());
  });

  it('is brought up to date by many processes at once, and again without a change', async () => {
    await mongoose.connection.collection('migrations').deleteMany({});

    await Promise.all([
      migrate(deps.log, MIGRATIONS),
      migrate(deps.log, MIGRATIONS),
      migrate(deps.log, MIGRATIONS),
    ]);

    const indexes = await AttemptModel.collection.indexes();
    expect(indexes.map((index) => index.name)).toContain('attempt_of_module');
  });

  it('runs a numbered change once, in order', async () => {
    const ran: string[] = [];
    const changes = ['0001-a', '0002-b'].map((id) => ({ id, run: () => Promise.resolve(void ran.push(id)) }));

    await Promise.all([migrate(deps.log, changes), migrate(deps.log, changes)]);

    expect(ran).toEqual(['0001-a', '0002-b']);
  });

  it('has a name for every index, so that an operator can speak of it', () => {
    for (const name of mongoose.modelNames()) {
      const { schema } = mongoose.model(name);
      expect(schema.get('autoIndex') ?? mongoose.get('autoIndex')).toBe(false);
      for (const [, options] of schema.indexes()) expect(options?.['name']).toMatch(/^[a-z][a-z0-9_]+$/);
    }
  });
});

describe('an institution', () => {
  it('is one for each name, whatever its case, however many ask at once', async () => {
    const name = `Lake ${randomUUID()}`;

    const made = await Promise.all(
      [name, name.toUpperCase(), `  ${name} `].map((one) => ensureInstitution(deps, one)),
    );

    expect(new Set(made.map((one) => one._id)).size).toBe(1);
    expect(await InstitutionModel.countDocuments({ nameKey: name.toLowerCase() })).toBe(1);
  });
});

describe('the configuration', () => {
  const good = {
    PUBLIC_URL: 'https://waymark.example',
    MONGODB_URI: 'mongodb://db/waymark',
    SECRET_KEYS: 'x'.repeat(32),
  };

  it('needs three variables and nothing else', () => {
    expect(readConfig(good)).toMatchObject({
      publicUrl: 'https://waymark.example',
      port: 3000,
      environment: 'production',
    });
  });

  it('names every fault at once', () => {
    const read = (): unknown => readConfig({ PUBLIC_URL: 'nowhere', SECRET_KEYS: 'short', PORT: '99999' });

    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PUBLIC_URL[\s\S]*PORT[\s\S]*MONGODB_URI[\s\S]*SECRET_KEYS|PUBLIC_URL/);
    try {
      read();
    } catch (error) {
      expect((error as ConfigError).faults).toHaveLength(4);
    }
  });

  it.each([
    ['http://waymark.example', '1', false],
    ['http://localhost:3000', '0', false],
    ['http://localhost:3000', '1', true],
    ['http://127.0.0.1:3000', '1', true],
    ['https://waymark.example/', '0', true],
    ['https://waymark.example/tool', '0', false],
    ['https://waymark.example/?tenant=1', '0', false],
  ])('with PUBLIC_URL %s and ALLOW_LOCAL_PLATFORMS=%s is good: %s', (url, allow, ok) => {
    const read = (): unknown => readConfig({ ...good, PUBLIC_URL: url, ALLOW_LOCAL_PLATFORMS: allow });

    if (ok) expect(read).not.toThrow();
    else expect(read).toThrow(ConfigError);
  });

  it('says of a PUBLIC_URL with a path what to do', () => {
    const read = (): unknown => readConfig({ ...good, PUBLIC_URL: 'https://waymark.example/tool' });

    expect(read).toThrow(
      /PUBLIC_URL: must have no path \(it has \/tool\): give Waymark a host name of its own/,
    );
  });
});
