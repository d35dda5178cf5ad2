import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { AssignedRole } from '../../../contract/assignments.ts';
import { AssignmentModel } from '../../../server/features/assignments/assignment.model.ts';
import { MembershipModel } from '../../../server/features/launches/membership.model.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { getReviewPage } from '../../../server/features/reviews/reviewPage.service.ts';
import { putReviewBack } from '../../../server/features/reviews/reviews.service.ts';
import { RosterMemberModel } from '../../../server/features/rosters/roster.model.ts';
import { getReceipt } from '../../../server/features/attempts/receipt.service.ts';
import { SubmissionModel } from '../../../server/features/submissions/submission.model.ts';
import { PlatformModel } from '../../../server/lti/platform.model.ts';
import { buildInstitution } from '../../support/build.ts';
import { useServices } from '../../support/services.ts';
import { useWork } from '../../support/work.ts';

const { deps } = useServices();
const work = useWork(deps);

interface Somebody {
  personId?: string;
  institutionId?: string;
  /** Where they have been, and as what. */
  member?: { contextId?: string; roles: string[]; practice?: boolean };
  assigned?: { role: AssignedRole; contextId: string | null };
  platform?: 'active' | 'disabled';
  roster?: 'present' | 'left';
}

/** Somebody whom launches have made known, as they leave them. */
async function know(given: Somebody): Promise<string> {
  const { personId = randomUUID(), member, assigned, roster, platform = 'active' } = given;
  const institutionId = given.institutionId ?? work.now.teacher.institutionId;
  const contextId = member?.contextId ?? work.now.teacher.contextId ?? '';
  const [platformId, sub, createdAt] = [randomUUID(), randomUUID(), new Date()];
  const addresses = { authUrl: 'https://lms.example/a', tokenUrl: 'https://lms.example/t' };
  await PlatformModel.create({
    _id: platformId,
    issuer: `https://${platformId}.example`,
    clientId: '1',
    ...addresses,
    jwksUrl: 'https://lms.example/k',
    family: 'other',
    name: 'LMS',
    state: platform,
    createdAt,
  });
  await PersonModel.create({ _id: personId, institutionId, platformId, sub, claimsHash: 'x', createdAt });
  const seen = { _id: randomUUID(), institutionId, personId, contextId, claimsHash: 'x', createdAt };
  if (member) await MembershipModel.create({ ...seen, ...member, contextId, launchKey: randomUUID() });
  if (assigned)
    await AssignmentModel.create({ _id: randomUUID(), institutionId, personId, ...assigned, createdAt });
  if (roster) {
    const on = { institutionId, contextId, sub, roles: ['Instructor'], state: roster };
    await RosterMemberModel.create({ _id: randomUUID(), ...on, run: 1, changedAt: createdAt });
  }
  return personId;
}

const teaching = { roles: ['Instructor'] };
const reviewing = { role: 'reviewer', contextId: null } as const;

/** More than are looked at first. */
const MANY = 25;

/** Many who can't come, and one behind them who can: ids in the order in which they are found. */
async function knowManyAnd(one: Somebody | null, others: Somebody): Promise<void> {
  for (let n = 0; n < MANY; n++) await know({ ...others, personId: `a-${randomUUID()}` });
  if (one) await know({ ...one, personId: `z-${randomUUID()}` });
}

/** Who is there beside the author and the reviewer, and whether one of them can review. */
const CASES: readonly [string, () => Promise<unknown>, boolean][] = [
  ['nobody', () => Promise.resolve(), false],
  ['another teacher of the course', () => know({ member: teaching }), true],
  ['a teacher whom its roster names', () => know({ member: teaching, roster: 'present' }), true],
  ['a teacher who has left the course', () => know({ member: teaching, roster: 'left' }), false],
  ['a teacher of another course', () => know({ member: { ...teaching, contextId: randomUUID() } }), false],
  ['a teacher whose LMS is switched off', () => know({ member: teaching, platform: 'disabled' }), false],
  ['the LMS’ test student', () => know({ member: { ...teaching, practice: true } }), false],
  ['a student', () => know({ member: { roles: ['Learner'] } }), false],
  ['a designer', () => know({ member: { roles: ['ContentDeveloper'] } }), false],
  ['a reviewer of the institution', () => know({ assigned: { role: 'reviewer', contextId: null } }), true],
  [
    'a reviewer of the course',
    () => know({ assigned: { role: 'reviewer', contextId: work.now.teacher.contextId } }),
    true,
  ],
  [
    'a reviewer of another course',
    () => know({ assigned: { role: 'reviewer', contextId: randomUUID() } }),
    false,
  ],
  [
    'a reviewer whose LMS is switched off',
    () => know({ assigned: { role: 'reviewer', contextId: null }, platform: 'disabled' }),
    false,
  ],
  [
    'a reviewer behind many whose LMS is switched off',
    () => knowManyAnd({ assigned: reviewing }, { assigned: reviewing, platform: 'disabled' }),
    true,
  ],
  [
    'many reviewers whose LMS is switched off',
    () => knowManyAnd(null, { assigned: reviewing, platform: 'disabled' }),
    false,
  ],
  [
    'a teacher behind many who have left the course',
    () => knowManyAnd({ member: teaching }, { member: teaching, roster: 'left' }),
    true,
  ],
  [
    'many teachers who have left the course',
    () => knowManyAnd(null, { member: teaching, roster: 'left' }),
    false,
  ],
  ['an admin', () => know({ assigned: { role: 'admin', contextId: null } }), false],
  [
    'a reviewer of another institution',
    async () => {
      const { institutionId } = await buildInstitution(deps);
      await know({ institutionId, member: teaching, assigned: { role: 'reviewer', contextId: null } });
    },
    false,
  ],
  [
    'the author, who teaches too',
    () => know({ personId: work.now.teacher.personId, member: teaching }),
    false,
  ],
];

describe('whether somebody else can review', () => {
  it.each(CASES)('is told to a reviewer by who there is: %s', async (_, arrive, known) => {
    const { reviewer, submitted } = work.now;
    const { reviewId } = await submitted();
    await know({ personId: reviewer.personId, member: teaching });
    await arrive();

    const { othersMayReview } = await getReviewPage(deps, reviewer, reviewId);

    expect(othersMayReview).toBe(known);
  });

  it.each(CASES)('is told to the author by who there is: %s', async (_, arrive, known) => {
    const { teacher, submitted } = work.now;
    const { submissionId } = await submitted();
    await arrive();

    const { reader } = await getReceipt(teacher, submissionId);

    expect(reader).toBe(known ? 'reviewer' : 'none_yet');
  });

  it('leaves out who put it back because they know the author', async () => {
    const { teacher, reviewer, submitted } = work.now;
    const { submissionId, reviewId } = await submitted();
    await know({ personId: reviewer.personId, member: teaching });
    const before = (await getReceipt(teacher, submissionId)).reader;

    await putReviewBack(deps, reviewer, reviewId, true);

    expect([before, (await getReceipt(teacher, submissionId)).reader]).toEqual(['reviewer', 'none_yet']);
  });

  it('is no question for practice, which no reviewer is asked to read', async () => {
    const { teacher, submitted } = work.now;
    const { submissionId } = await submitted();
    await know({ member: teaching });
    const { institutionId } = teacher;
    await SubmissionModel.collection.updateOne(
      { institutionId, _id: submissionId as never },
      { $set: { practice: true } },
    );

    const { reader } = await getReceipt(teacher, submissionId);

    expect(reader).toBe('nobody');
  });
});
