import { randomUUID } from 'node:crypto';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import mongoose, { type ClientSession } from 'mongoose';
import { AuditHeadModel, AuditModel, PendingAuditModel } from '../../../server/features/audit/audit.model.ts';
import {
  appendAudit,
  appendAuditOnce,
  listAuditLines,
} from '../../../server/features/audit/audit.service.ts';
import { auditHash, GENESIS } from '../../../server/features/audit/auditHash.ts';
import { checkAuditChain } from '../../../server/features/audit/check.service.ts';
import { sealAuditLines, startSealer } from '../../../server/features/audit/sealer.service.ts';
import { faultsOfChain, readSealedLines, sealNow } from '../../support/audit.ts';
import { useServices } from '../../support/services.ts';

const { deps } = useServices();

const operator = (institutionId: string = randomUUID()) => ({ institutionId, personId: null, id: null });
type Operator = ReturnType<typeof operator>;

const entryOf = (n: number) => ({
  action: 'test.done',
  subject: { kind: 'test', id: String(n) },
  facts: { n },
});
async function write(actor: Operator, numbers: readonly number[], tx?: ClientSession): Promise<void> {
  for (const n of numbers) await appendAudit(deps, actor, entryOf(n), tx);
}
const factsOf = async (institutionId: string): Promise<unknown[]> =>
  (await readSealedLines(institutionId)).map((line) => line.facts['n']);

const lines = () => mongoose.connection.collection('auditLines');
const heads = () => mongoose.connection.collection('auditHeads');

/** An open transaction, as another process would hold it. */
async function begin(): Promise<{ tx: ClientSession; commit(): Promise<void> }> {
  const tx = await mongoose.startSession();
  tx.startTransaction();
  return {
    tx,
    async commit() {
      await tx.commitTransaction();
      await tx.endSession();
    },
  };
}

describe('a line of the audit', () => {
  it('is written without waiting for another transaction of the same institution', async () => {
    const actor = operator();
    const [first, second] = [await begin(), await begin()];

    await write(actor, [1], first.tx);
    await write(actor, [2], second.tx);
    await second.commit();
    await first.commit();

    expect((await readSealedLines(actor.institutionId)).map((line) => line.n)).toEqual([1, 2]);
  });

  it('touches no document but its own', async () => {
    const actor = operator();

    await write(actor, [1, 2]);

    expect(await AuditHeadModel.exists({ institutionId: actor.institutionId })).toBeNull();
    expect(await PendingAuditModel.countDocuments({ institutionId: actor.institutionId })).toBe(2);
  });

  it('goes with its transaction when that is given up', async () => {
    const actor = operator();
    const { tx } = await begin();
    await write(actor, [1], tx);

    await tx.abortTransaction();
    await tx.endSession();

    expect(await readSealedLines(actor.institutionId)).toEqual([]);
  });

  it('keeps the order in which it was written, also within a millisecond', async () => {
    const actor = operator();
    const numbers = Array.from({ length: 40 }, (_, at) => at);
    const fixed = { clock: { now: () => new Date('2026-11-23T10:00:00Z') } };

    for (const n of numbers) await appendAudit(fixed, actor, entryOf(n));

    expect(await factsOf(actor.institutionId)).toEqual(numbers);
  });

  it('that commits after later ones were sealed gets the next number', async () => {
    const actor = operator();
    const late = await begin();
    await write(actor, [1], late.tx);
    await write(actor, [2, 3]);
    await sealNow(actor.institutionId);

    await late.commit();

    expect(await factsOf(actor.institutionId)).toEqual([2, 3, 1]);
    expect(await faultsOfChain(actor.institutionId)).toEqual([]);
  });

  it('of a session is sealed once, also when another process writes it again meanwhile', async () => {
    const reader = { ...operator(), id: randomUUID() };
    await appendAuditOnce(deps, reader, entryOf(1));
    const [waiting] = await PendingAuditModel.find({ institutionId: reader.institutionId }).lean();
    await sealNow(reader.institutionId);

    // the other process looked before the first was sealed, and wrote after it
    await PendingAuditModel.collection.insertOne(waiting as never);

    expect(await readSealedLines(reader.institutionId)).toHaveLength(1);
    expect(await PendingAuditModel.exists({ institutionId: reader.institutionId })).toBeNull();
  });
});

describe('sealing', () => {
  it('numbers each line once, whatever sealers believe and whenever leases end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('write' as const, 'seal' as const, 'other' as const, 'expire' as const), {
          minLength: 6,
          maxLength: 24,
        }),
        async (drawn) => {
          const steps = ['write' as const, ...drawn];
          const actor = operator();
          const { institutionId } = actor;
          let wanted = 0;
          const sealers = { seal: randomUUID(), other: randomUUID() };
          const done = steps.map((step, at) => {
            if (step === 'expire')
              return heads().updateOne({ institutionId }, { $set: { leaseUntil: null } });
            if (step !== 'write') return sealAuditLines(deps, institutionId, sealers[step]);
            wanted += 1;
            return appendAudit(deps, actor, entryOf(at));
          });
          await Promise.all(done);
          await heads().updateOne({ institutionId }, { $set: { leaseUntil: null } });

          const sealed = await readSealedLines(institutionId);

          expect(sealed.map((line) => line.n)).toEqual(Array.from({ length: wanted }, (_, at) => at + 1));
          expect(new Set(sealed.map((line) => line.subject.id)).size).toBe(wanted);
          expect((await checkAuditChain(institutionId)).faults).toEqual([]);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is one process’ at a time, and another’s when its lease has run out', async () => {
    const actor = operator();
    const { institutionId } = actor;
    await write(actor, [1]);
    await sealAuditLines(deps, institutionId, 'the first');
    await write(actor, [2]);

    const whileHeld = await sealAuditLines(deps, institutionId, 'the second');
    await heads().updateOne({ institutionId }, { $set: { leaseUntil: new Date(Date.now() - 1) } });
    const afterwards = await sealAuditLines(deps, institutionId, 'the second');

    expect([whileHeld, afterwards]).toEqual([false, true]);
    expect(await AuditModel.countDocuments({ institutionId })).toBe(2);
  });

  it('of a lot that can’t be written leaves lines, head and chain as they were', async () => {
    const actor = operator();
    const { institutionId } = actor;
    await write(actor, [1]);
    await sealNow(institutionId);
    await write(actor, [2, 3]);
    const head = await AuditHeadModel.findOne({ institutionId }).lean();
    const refuse = (validator: object) =>
      mongoose.connection.db?.command({ collMod: 'auditLines', validator });

    await refuse({ 'facts.n': { $ne: 3 } });
    const failed = sealNow(institutionId);
    await expect(failed).rejects.toThrow('validation');
    await refuse({});

    expect(await AuditHeadModel.findOne({ institutionId }, { n: 1, hash: 1, _id: 0 }).lean()).toEqual({
      n: head?.n,
      hash: head?.hash,
    });
    expect(await AuditModel.countDocuments({ institutionId })).toBe(1);
    expect(await factsOf(institutionId)).toEqual([1, 2, 3]);
  });

  it('begins by itself when a line is committed in any process', async () => {
    const actor = operator();
    const sealed: unknown[] = [];
    let tell = (): void => undefined;
    const heard = new Promise<void>((resolve) => (tell = resolve));
    const info = (facts: { institutionId?: string }): void => {
      sealed.push(facts);
      if (facts.institutionId === actor.institutionId) tell();
    };
    const log = Object.assign(deps.log.child({}), { info });
    const sealer = startSealer({ log, listInstitutionIds: () => Promise.resolve([]) });

    await write(actor, [1]);
    // a stream that is not open yet misses the line: then the sweep finds it, as it does each minute
    const sweep = startSealer({ log, listInstitutionIds: () => Promise.resolve([actor.institutionId]) });
    await heard;
    await Promise.all([sealer.stop(), sweep.stop()]);

    expect(await AuditModel.countDocuments({ institutionId: actor.institutionId })).toBe(1);
    expect(sealed).toEqual([
      { institutionId: actor.institutionId, expect: expect.stringMatching(/^1:[0-9a-f]{64}$/) },
    ]);
  });

  it('goes on with a chain that was written before lines were sealed', async () => {
    const actor = operator();
    const { institutionId } = actor;
    let previousHash = GENESIS;
    for (const n of [1, 2, 3]) {
      const said = { institutionId, n, at: new Date(), personId: null, sessionId: null };
      const line = { ...said, ...entryOf(n), previousHash };
      previousHash = auditHash(line);
      await lines().insertOne({ ...line, _id: randomUUID() as never, hash: previousHash });
    }
    await heads().insertOne({ _id: randomUUID() as never, institutionId, n: 3, hash: previousHash });

    await write(actor, [4]);

    expect((await readSealedLines(institutionId)).map((line) => line.n)).toEqual([1, 2, 3, 4]);
    expect(await faultsOfChain(institutionId)).toEqual([]);
  });
});

describe('the check of a chain', () => {
  /** Five lines, sealed two and three at once. */
  async function five(): Promise<string> {
    const actor = operator();
    await write(actor, [1, 2]);
    await sealNow(actor.institutionId);
    await write(actor, [3, 4, 5]);
    await sealNow(actor.institutionId);
    return actor.institutionId;
  }
  const tampering: [string, (institutionId: string) => Promise<unknown>, string[]][] = [
    ['nothing', () => Promise.resolve(), []],
    [
      'an altered line',
      (institutionId) => lines().updateOne({ institutionId, n: 3 }, { $set: { action: 'test.forged' } }),
      ['Line 3 was altered: its hash is not that of what it says.'],
    ],
    [
      'an altered line with a hash that fits',
      async (institutionId) => {
        const line = await AuditModel.findOne({ institutionId, n: 3 }).lean();
        if (!line) throw new Error('there is no third line');
        const forged = { ...line, action: 'test.forged' };
        await lines().updateOne(
          { institutionId, n: 3 },
          { $set: { action: forged.action, hash: auditHash(forged) } },
        );
      },
      ['Line 4 does not follow line 3.'],
    ],
    [
      'a deleted line in the middle',
      (institutionId) => lines().deleteOne({ institutionId, n: 3 }),
      ['Line 3 is missing.'],
    ],
    [
      'a deleted beginning',
      (institutionId) => lines().deleteMany({ institutionId, n: { $lt: 3 } }),
      ['Lines 1 to 2 are missing.'],
    ],
    [
      'a deleted tail',
      (institutionId) => lines().deleteMany({ institutionId, n: { $gt: 3 } }),
      ['Lines 4 to 5 are missing from the end.'],
    ],
    [
      'a deleted head',
      (institutionId) => heads().deleteOne({ institutionId }),
      ['The head of the chain is missing: it was deleted.'],
    ],
    [
      'a head that was set back',
      (institutionId) => heads().updateOne({ institutionId }, { $set: { n: 0, hash: GENESIS } }),
      ['The head says 0, but the chain ends at 5.'],
    ],
    [
      'an emptied chain',
      (institutionId) => lines().deleteMany({ institutionId }),
      ['The chain was emptied: lines 1 to 5 are missing.'],
    ],
    [
      'an emptied chain without its head',
      async (institutionId) => {
        await lines().deleteMany({ institutionId });
        await heads().deleteOne({ institutionId });
      },
      ['There is no line at all, not even that of the institution’s making.'],
    ],
    [
      'a line that was never sealed',
      (institutionId) =>
        appendAudit({ clock: { now: () => new Date(0) } }, operator(institutionId), entryOf(6)),
      ['1 line waits to be sealed, since 1970-01-01T00:00:00.000Z.'],
    ],
  ];

  test.each(tampering)('names %s', async (_what, tamper, faults) => {
    const institutionId = await five();

    await tamper(institutionId);

    expect((await checkAuditChain(institutionId)).faults).toEqual(faults);
  });

  it('holds a chain that was rewritten from its beginning against what was kept elsewhere', async () => {
    const institutionId = await five();
    const { end } = await checkAuditChain(institutionId);
    await lines().deleteMany({ institutionId });
    await heads().deleteOne({ institutionId });
    await write(operator(institutionId), [1, 2, 3, 4, 5]);
    await sealNow(institutionId);

    const [alone, anchored] = [
      await checkAuditChain(institutionId),
      await checkAuditChain(institutionId, end),
    ];

    expect(alone.faults).toEqual([]);
    expect(anchored.faults).toEqual(['Line 5 is not the one that was expected.']);
  });

  it('calls a chain whole that grows while it is walked, and counts what waits', async () => {
    const institutionId = await five();
    await write(operator(institutionId), [6]);

    const report = await checkAuditChain(institutionId);

    expect(report).toMatchObject({ pending: 1, faults: [], end: { n: 5 } });
    expect((await listAuditLines(institutionId, 2)).map((line) => line.n)).toEqual([null, 5]);
  });
});
