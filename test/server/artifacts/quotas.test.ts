import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { OPEN_UPLOADS_PER_PERSON } from '../../../contract/artifacts.ts';
import { ErrorBody } from '../../../contract/errors.ts';
import { readConfig } from '../../../server/config.ts';
import { inTransaction } from '../../../server/db.ts';
import { ArtifactModel } from '../../../server/features/artifacts/artifact.model.ts';
import { findUsedBytes, listArtifacts } from '../../../server/features/artifacts/artifacts.service.ts';
import { ArtifactUsageModel } from '../../../server/features/artifacts/artifactUsage.model.ts';
import { reserveBytes } from '../../../server/features/artifacts/artifactUsage.ts';
import { inPersonTransaction } from '../../../server/features/artifacts/personTransaction.ts';
import { beginUpload } from '../../../server/features/artifacts/uploads/beginUpload.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import { resetSetting, setSetting } from '../../../server/features/institutions/settings.service.ts';
import { usageByPerson } from '../../../server/migrations/0002-usage-by-person.ts';
import { uploadBuffer } from '../../support/files/artifacts.ts';
import { INSTITUTION, OTHER_INSTITUTION, sessionOf } from '../../support/files/artifactServer.ts';
import { chosenPlan } from '../../support/files/asserts.ts';
import { pdf } from '../../support/files/samples.ts';
import { useArtifacts } from '../../support/files/testApp.ts';
import { ask, createUpload, TUS, uploadHeaders, type NewUpload } from '../../support/files/tusClient.ts';

const artifacts = useArtifacts();

/** What a beginning that is refused says. */
async function refusalOf(base: string, upload: NewUpload): Promise<ErrorBody & { status: number }> {
  const url = `${base}/api/v1/uploads`;
  const reply = await ask({ method: 'POST', url, headers: uploadHeaders(upload) });
  return { ...ErrorBody.parse(JSON.parse(reply.text)), status: reply.status };
}

const begin = (deps: Parameters<typeof beginUpload>[0], personId: string) =>
  beginUpload(deps, sessionOf(personId), {
    size: 10,
    metadata: { attemptId: randomUUID(), filename: 'a.pdf', clientId: randomUUID(), criteria: '' },
  });

describe('unfinished uploads of one person', () => {
  it(`are ${OPEN_UPLOADS_PER_PERSON} at most, over all attempts and when many begin at once; a colleague is not concerned`, async () => {
    const app = await artifacts.start();
    const one = (): Promise<string> => createUpload(app.url, { size: 5, attemptId: randomUUID() });
    for (let i = 0; i < OPEN_UPLOADS_PER_PERSON - 2; i++) await one();

    const last = await Promise.allSettled([1, 2, 3, 4].map(one));
    const refused = await refusalOf(app.url, { size: 5, attemptId: randomUUID() });
    await createUpload(app.url, { size: 5, bearer: 'colleague' });

    expect(last.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(refused).toMatchObject({ status: 409, code: 'TOO_MANY_UPLOADS' });
    expect(refused.message).toMatch(/40 uploads that are not finished.*remove one/);
  });

  it('hold so many bytes at most; one that is taken out or finished makes room', async () => {
    const data = pdf();
    const app = await artifacts.start({ config: { openUploadBytes: data.length } });
    await uploadBuffer(app.url, data);
    const location = await createUpload(app.url, { size: data.length - 5 });

    const refused = await refusalOf(app.url, { size: 6 });
    await createUpload(app.url, { size: 5 });
    const headers = { ...TUS, authorization: 'Bearer teacher' };
    await ask({ method: 'DELETE', url: `${app.url}${location}`, headers });
    await createUpload(app.url, { size: 6 });

    expect(refused).toMatchObject({ status: 409, code: 'TOO_MANY_UPLOADS' });
    expect(refused.message).toMatch(/unfinished uploads already hold .*remove one/);
  });

  it('may always hold one file of the largest size, whatever the operator set', () => {
    const config = readConfig({
      PUBLIC_URL: 'https://waymark.example',
      MONGODB_URI: 'mongodb://localhost/a',
      SECRET_KEYS: 'x'.repeat(32),
      MAX_ARTIFACT_BYTES: '50000',
      OPEN_UPLOAD_BYTES: '2000',
    });

    expect(config.openUploadBytes).toBe(50_000);
  });
});

describe('uploads that one person begins at once', () => {
  it('are booked or refused one after the other, sixty of them, and none is tried again because of another', async () => {
    const app = await artifacts.start();
    const personId = randomUUID();

    const { result, conflicts } = await profiled(() =>
      Promise.allSettled(Array.from({ length: 60 }, () => begin(app.deps, personId))),
    );

    const refused = result.filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(conflicts).toBe(0);
    expect(refused).toHaveLength(60 - OPEN_UPLOADS_PER_PERSON);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'TOO_MANY_UPLOADS' });
    expect(await findUsedBytes(INSTITUTION)).toBe(10 * OPEN_UPLOADS_PER_PERSON);
  });

  it('do not wait for one that hangs in the database', async () => {
    const owner = { institutionId: INSTITUTION, personId: randomUUID() };
    let letGo: (() => void) | undefined;
    const hang = new Promise<void>((resolve) => (letGo = resolve));

    const hanging = inPersonTransaction(owner, () => hang);
    const next = await inPersonTransaction(owner, () => Promise.resolve('done'));
    letGo?.();
    await hanging;

    expect(next).toBe('done');
  });
});

describe('the files of an attempt', () => {
  it('are told in an answer that stays small, however many were refused: of those, the newest', async () => {
    const app = await artifacts.start();
    const attemptId = randomUUID();
    for (let i = 0; i < 30; i++) {
      await createUpload(app.url, { size: 5, attemptId });
      await ArtifactModel.updateMany({ institutionId: INSTITUTION }, { $set: { state: 'refused' } });
    }
    await createUpload(app.url, { size: 5, attemptId });

    const listed = await listArtifacts(INSTITUTION, attemptId);

    const all = await ArtifactModel.find({ institutionId: INSTITUTION }).sort({ createdAt: 1 }).lean();
    expect(listed.map(({ _id }) => _id)).toEqual(all.slice(10).map(({ _id }) => _id));
  });
});

/** What of a piece of work the database had to refuse because another transaction had written there first. */
async function profiled<T>(
  work: () => Promise<T>,
): Promise<{ result: T; bookings: number; conflicts: number }> {
  const { db } = mongoose.connection;
  const profile = mongoose.connection.collection('system.profile');
  await db?.command({ profile: 2 });
  try {
    const result = await work();
    await db?.command({ profile: 0 });
    const conflicts = await profile.countDocuments({
      $or: [{ writeConflicts: { $gt: 0 } }, { errName: 'WriteConflict' }],
    });
    const bookings = await profile.countDocuments({ op: 'update', ns: /artifactUsage$/, nModified: 1 });
    return { result, bookings, conflicts };
  } finally {
    await db?.command({ profile: 0 });
    await profile.drop();
  }
}

describe('uploads that sixty people begin at once', () => {
  it('meet in no document: not one write waits for another', async () => {
    const app = await artifacts.start();
    const people = Array.from({ length: 60 }, () => randomUUID());
    await begin(app.deps, randomUUID());

    const { bookings, conflicts } = await profiled(() =>
      Promise.all(people.map((personId) => begin(app.deps, personId))),
    );

    expect(bookings).toBeGreaterThanOrEqual(60);
    expect(conflicts).toBe(0);
    expect(await findUsedBytes(INSTITUTION)).toBe(610);
  });

  it('would be seen to meet, had they one document', async () => {
    const app = await artifacts.start();
    const hot = { institutionId: INSTITUTION, personId: randomUUID() };
    await begin(app.deps, hot.personId);

    const { conflicts } = await profiled(() =>
      Promise.all(Array.from({ length: 60 }, () => inTransaction((tx) => reserveBytes(tx, hot, 1)))),
    );

    expect(conflicts).toBeGreaterThan(0);
  });

  it('are weighed against the institution’s quota by an index alone', async () => {
    const app = await artifacts.start();
    await begin(app.deps, randomUUID());

    const explained: unknown = await ArtifactUsageModel.find(
      { institutionId: INSTITUTION },
      { _id: 0, institutionId: 1, bytes: 1 },
    )
      .hint('artifact_usage_sum')
      .explain();

    expect(chosenPlan(explained)).not.toContain('FETCH');
  });
});

describe('an institution’s quota', () => {
  const sizeOf = (deps: Parameters<typeof beginUpload>[0]) => ({
    ...deps,
    config: { ...deps.config, quotaBytes: 105 },
  });
  it('is kept to the byte when sixty people begin at once: the others are refused, and nothing is left of theirs', async () => {
    const deps = sizeOf((await artifacts.start()).deps);
    const people = Array.from({ length: 60 }, () => randomUUID());

    const begun = await Promise.allSettled(people.map((personId) => begin(deps, personId)));

    const accepted = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = begun.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
    const kept = await ArtifactModel.find({ institutionId: INSTITUTION }, { _id: 1 }).lean();
    expect(accepted.length).toBeGreaterThan(0);
    expect(accepted.length).toBeLessThanOrEqual(10);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(kept.map(({ _id }) => _id).sort()).toEqual(accepted.sort());
    expect(await findUsedBytes(INSTITUTION)).toBe(10 * accepted.length);
  });

  it('is asked again by the repeat of a beginning whose process died before it had looked', async () => {
    const deps = sizeOf((await artifacts.start()).deps);
    const session = sessionOf(randomUUID());
    const metadata = { attemptId: randomUUID(), filename: 'a.pdf', clientId: randomUUID(), criteria: '' };
    await beginUpload(deps, session, { size: 60, metadata });
    const other = { ...metadata, attemptId: randomUUID(), clientId: randomUUID() };
    const roomy = { ...deps, config: { ...deps.config, quotaBytes: 1000 } };
    await beginUpload(roomy, session, { size: 50, metadata: other });

    const again = await beginUpload(deps, session, { size: 50, metadata: other }).catch(
      (error: unknown) => error,
    );

    expect(again).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(await findUsedBytes(INSTITUTION)).toBe(60);
  });
});

describe('a quota that an institution has of its own', () => {
  const beginIn = (deps: Parameters<typeof beginUpload>[0], institutionId: string, size: number) => {
    const metadata = { attemptId: randomUUID(), filename: 'a.pdf', clientId: randomUUID(), criteria: '' };
    return beginUpload(deps, sessionOf(randomUUID(), institutionId), { size, metadata });
  };

  it.each([
    ['less', 2000, 1025],
    ['more', 1024, 2001],
  ])('counts instead of that of the installation, where it is %s', async (_what, installation, refused) => {
    const { deps } = await artifacts.start({ config: { quotaBytes: installation } });
    const { _id } = await ensureInstitution(deps, `District ${randomUUID()}`);
    const own = installation === 2000 ? 1024 : 2000;
    await setSetting(deps, operatorOf(_id), 'quotaBytes', own);

    const tooMuch = await beginIn(deps, _id, refused).catch((error: unknown) => error);
    await beginIn(deps, _id, own);
    const elsewhere = beginIn(deps, randomUUID(), installation + 1);

    expect(tooMuch).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await expect(elsewhere).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(await findUsedBytes(_id)).toBe(own);
  });

  it('that is less than what is there refuses what is new, until it is taken back', async () => {
    const { deps } = await artifacts.start();
    const { _id } = await ensureInstitution(deps, `District ${randomUUID()}`);
    await beginIn(deps, _id, 2000);
    await setSetting(deps, operatorOf(_id), 'quotaBytes', 1024);
    const refused = await beginIn(deps, _id, 1).catch((error: unknown) => error);

    await resetSetting(deps, operatorOf(_id), 'quotaBytes');
    await beginIn(deps, _id, 1);

    expect(refused).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(await findUsedBytes(_id)).toBe(2001);
  });
});

describe('data of the version before, with one counter for an institution', () => {
  it('is counted by person, the old counter and its index go, and uploads begin', async () => {
    const app = await artifacts.start();
    await uploadBuffer(app.url, pdf());
    await createUpload(app.url, { size: 77, bearer: 'colleague' });
    await createUpload(app.url, { size: 5, bearer: 'stranger' });
    const usage = mongoose.connection.collection<{ _id: string; institutionId: string; bytes: number }>(
      'artifactUsage',
    );
    await usage.deleteMany({});
    await usage.createIndex({ institutionId: 1 }, { unique: true, name: 'artifact_usage' });
    await usage.insertMany([
      { _id: INSTITUTION, institutionId: INSTITUTION, bytes: 1 },
      { _id: OTHER_INSTITUTION, institutionId: OTHER_INSTITUTION, bytes: 5 },
    ]);

    await usageByPerson.run();
    await createUpload(app.url, { size: 3, bearer: 'colleague' });

    const weighed = await ArtifactModel.find({ institutionId: INSTITUTION }).lean();
    expect(await findUsedBytes(INSTITUTION)).toBe(weighed.reduce((sum, { counted }) => sum + counted, 0));
    expect(await findUsedBytes(OTHER_INSTITUTION)).toBe(5);
    expect(await usage.countDocuments({})).toBe(3);
    expect((await usage.indexes()).map(({ name }) => name)).not.toContain('artifact_usage');
  });
});
