import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { ASSIGNMENTS_SHOWN } from '../../../contract/assignments.ts';
import { AssignmentModel } from '../../../server/features/assignments/assignment.model.ts';
import {
  assignRole,
  listAssignmentsOf,
  removeAssignment,
} from '../../../server/features/assignments/assignments.service.ts';
import { listAuditLines, operatorOf, type Actor } from '../../../server/features/audit/audit.service.ts';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import { MembershipModel } from '../../../server/features/launches/membership.model.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { PlatformModel } from '../../../server/lti/platform.model.ts';
import { noCourseAdmins } from '../../../server/migrations/0005-no-course-admins.ts';
import { useServices } from '../../support/services.ts';
import { codeOf } from '../../support/work.ts';

const { deps } = useServices();

async function assign(institutionId: string, personId: string, count: number): Promise<string[]> {
  const docs = Array.from({ length: count }, (_, i) => ({
    _id: randomUUID(),
    institutionId,
    personId,
    role: 'reviewer' as const,
    contextId: randomUUID(),
    createdAt: new Date(i),
    createdBy: null,
  }));
  await AssignmentModel.insertMany(docs);
  return docs.map(({ _id }) => _id);
}

async function addPlatform(state: 'active' | 'disabled'): Promise<string> {
  const _id = randomUUID();
  const issuer = `https://${_id}.example`;
  const urls = { authUrl: issuer, tokenUrl: issuer, jwksUrl: issuer };
  const always = { clientId: 'c', family: 'other' as const, name: 'LMS', state, createdAt: new Date() };
  await PlatformModel.create({ _id, issuer, ...urls, ...always });
  return _id;
}

interface Admin {
  actor: Actor;
  assignmentId: string;
}

/** An institution with as many admins, and how each of them acts. */
async function addAdmins(...platforms: ('active' | 'disabled')[]): Promise<Admin[]> {
  const { _id: institutionId } = await ensureInstitution(deps, `District ${randomUUID()}`);
  const admins: Admin[] = [];
  for (const state of platforms) {
    const personId = randomUUID();
    const platformId = await addPlatform(state);
    const who = { _id: personId, institutionId, platformId, sub: personId };
    await PersonModel.create({ ...who, claimsHash: 'x', createdAt: new Date() });
    const given = { personId, role: 'admin' as const, contextId: null };
    const { _id: assignmentId } = await assignRole(deps, operatorOf(institutionId), given);
    admins.push({ actor: { institutionId, personId, id: randomUUID() }, assignmentId });
  }
  return admins;
}

const take = (by: Admin, whose: Admin): Promise<string> =>
  codeOf(removeAssignment(deps, by.actor, whose.assignmentId));
const adminsOf = ({ actor: { institutionId } }: Admin): Promise<number> =>
  AssignmentModel.countDocuments({ institutionId, role: 'admin' });
/** The n-th of those that were made. */
const at = <T>(all: readonly T[], n: number): T => {
  const one = all[n];
  if (one === undefined) throw new Error('not so many were made');
  return one;
};

describe('roles that we gave', () => {
  test('are told of each person as far as a page holds, the oldest first, and all are counted', async () => {
    const [institutionId, busy, other] = [randomUUID(), randomUUID(), randomUUID()];
    const many = await assign(institutionId, busy, ASSIGNMENTS_SHOWN + 7);
    const few = await assign(institutionId, other, 2);
    await assign(randomUUID(), busy, 3);

    const listed = await listAssignmentsOf(institutionId, [busy, other, randomUUID()]);

    const told = listed.map(({ _id, first, count }) => ({ _id, ids: first.map((one) => one._id), count }));
    expect(told).toHaveLength(2);
    expect(told).toContainEqual({ _id: busy, ids: many.slice(0, ASSIGNMENTS_SHOWN), count: many.length });
    expect(told).toContainEqual({ _id: other, ids: few, count: 2 });
  });

  test('are read in one place, where their scope is read as well', () => {
    const files = readdirSync('server', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );

    const readers = files.filter((file) =>
      readFileSync(`server/${file}`, 'utf8').includes('AssignmentModel'),
    );

    expect(readers.sort()).toEqual([
      'features/assignments/assignment.model.ts',
      'features/assignments/assignments.service.ts',
    ]);
  });
});

describe('nobody gives themselves a role', () => {
  test.each([
    ['reviewer', null],
    ['reviewer', 'a course'],
    ['admin', null],
  ] as const)('not as %s (%s), also not as an admin', async (role, contextId) => {
    const [admin] = await addAdmins('active');
    if (!admin) throw new Error('nobody is admin');
    const { actor } = admin;
    const place = role === 'admin' ? { role, contextId: null } : { role, contextId };

    const code = await codeOf(assignRole(deps, actor, { personId: actor.personId ?? '', ...place }));

    expect(code).toBe('OWN_ROLE');
  });
});

describe('the last admin', () => {
  test('stays, whoever takes the role, and also one’s own', async () => {
    const admins = await addAdmins('active');
    const [only] = [at(admins, 0)];

    const own = await take(only, only);
    const operator = await codeOf(
      removeAssignment(deps, operatorOf(only.actor.institutionId), only.assignmentId),
    );

    expect([own, operator, await adminsOf(only)]).toEqual(['LAST_ADMIN', 'LAST_ADMIN', 1]);
  });

  test('is the last who can come: an admin of an LMS that is switched off does not count', async () => {
    const admins = await addAdmins('active', 'disabled');
    const [here, away] = [at(admins, 0), at(admins, 1)];

    const codes = [await take(here, here), await take(here, away), await take(here, here)];

    expect(codes).toEqual(['LAST_ADMIN', 'done', 'LAST_ADMIN']);
  });

  test('is no test student: an LMS’ practice person has no role of ours', async () => {
    const admins = await addAdmins('active', 'active');
    const [one, other] = [at(admins, 0), at(admins, 1)];
    const { institutionId, personId } = other.actor;
    const place = {
      launchKey: randomUUID(),
      contextId: randomUUID(),
      claimsHash: 'x',
      createdAt: new Date(),
    };
    await MembershipModel.create({
      _id: randomUUID(),
      institutionId,
      personId: personId ?? '',
      practice: true,
      ...place,
    });

    expect(await take(one, one)).toBe('LAST_ADMIN');
  });

  test('is not one of another institution, nor an admin of one course from an earlier version', async () => {
    const admins = await addAdmins('active', 'active');
    const [one, other] = [at(admins, 0), at(admins, 1)];
    await addAdmins('active');
    await AssignmentModel.collection.updateOne(
      { _id: other.assignmentId as never },
      { $set: { contextId: randomUUID() } },
    );

    expect(await take(one, one)).toBe('LAST_ADMIN');
  });

  test('a role other than the last admin’s can be taken', async () => {
    const admins = await addAdmins('active', 'active');
    const [one, other] = [at(admins, 0), at(admins, 1)];
    const { institutionId, personId } = one.actor;
    const reviewer = await assignRole(deps, other.actor, {
      personId: personId ?? '',
      role: 'reviewer',
      contextId: null,
    });

    const codes = [
      await codeOf(removeAssignment(deps, one.actor, reviewer._id)),
      await take(one, one),
      await codeOf(removeAssignment(deps, other.actor, randomUUID())),
    ];

    expect(codes).toEqual(['done', 'done', 'NOT_FOUND']);
    expect(await AssignmentModel.countDocuments({ institutionId })).toBe(1);
  });
});

describe('admins who act at the same moment', () => {
  test('of two who take each other’s role one does, every time', async () => {
    for (let round = 0; round < 8; round += 1) {
      const admins = await addAdmins('active', 'active');
      const [one, other] = [at(admins, 0), at(admins, 1)];

      const codes = await Promise.all([take(one, other), take(other, one)]);

      expect(codes.sort()).toEqual(['FORBIDDEN', 'done']);
      expect(await adminsOf(one)).toBe(1);
    }
  });

  test('of two who give up their own role one stays, every time', async () => {
    for (let round = 0; round < 8; round += 1) {
      const admins = await addAdmins('active', 'active');

      const codes = await Promise.all(admins.map((admin) => take(admin, admin)));

      expect(codes.sort()).toEqual(['LAST_ADMIN', 'done']);
      expect(await adminsOf(at(admins, 0))).toBe(1);
    }
  });

  test('of a ring in which each takes the next one’s role somebody is left', async () => {
    const admins = await addAdmins('active', 'active', 'active', 'active');

    const codes = await Promise.all(
      admins.map((admin, n) => take(admin, at(admins, (n + 1) % admins.length))),
    );

    const left = await adminsOf(at(admins, 0));
    expect(left).toBe(admins.length - codes.filter((code) => code === 'done').length);
    expect(left).toBeGreaterThan(0);
  });

  test('who lost the role while the request was on its way changes nothing any more', async () => {
    const admins = await addAdmins('active', 'active', 'active');
    const [one, former, third] = [at(admins, 0), at(admins, 1), at(admins, 2)];
    await take(one, former);

    const codes = [
      await take(former, third),
      await codeOf(
        assignRole(deps, former.actor, { personId: randomUUID(), role: 'admin', contextId: null }),
      ),
    ];

    expect(codes).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });
});

describe('an admin of one course', () => {
  const courseAdmin = (institutionId: string) => ({
    _id: randomUUID(),
    institutionId,
    personId: randomUUID(),
    role: 'admin' as const,
    contextId: randomUUID(),
    createdAt: new Date(),
    createdBy: null,
  });

  test('can’t be stored', async () => {
    await expect(AssignmentModel.create(courseAdmin(randomUUID()))).rejects.toThrow(
      'an admin is one of the whole institution',
    );
  });

  test('from an earlier version loses the role by the migration, which leaves a line of it; others keep theirs', async () => {
    const admins = await addAdmins('active');
    const { institutionId } = at(admins, 0).actor;
    const left = courseAdmin(institutionId);
    const reviewer = { ...courseAdmin(institutionId), role: 'reviewer' as const };
    const stored = mongoose.connection.collection<{ _id: string }>('assignments');
    await stored.insertMany([left, reviewer]);

    await noCourseAdmins.run();
    await noCourseAdmins.run();

    const kept = await AssignmentModel.find({ institutionId }).sort({ role: 1 }).lean();
    const lines = await listAuditLines(institutionId, 50);
    const taken = lines.filter(({ action }) => action === 'assignment.taken');
    expect(kept.map(({ role, contextId }) => [role, contextId])).toEqual([
      ['admin', null],
      ['reviewer', reviewer.contextId],
    ]);
    expect(taken).toMatchObject([
      {
        personId: null,
        subject: { kind: 'person', id: left.personId },
        facts: { role: 'admin', contextId: left.contextId, by: 'migration' },
      },
    ]);
  });
});
