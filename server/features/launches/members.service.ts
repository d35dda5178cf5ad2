import type { ClientSession, PipelineStage } from 'mongoose';
import { anyPart, join, part, type ReadPart } from '../../combinedRead.ts';
import type { Role } from '../../../contract/common.ts';
import { PlatformModel } from '../../lti/platform.model.ts';
import { contextRolesWith, toLaunchRoles } from '../../lti/roles.ts';
import { MembershipModel } from './membership.model.ts';
import { PersonModel } from './person.model.ts';

type Stage = PipelineStage.UnionWithPipelineStage;

/**
 * Keeps documents with a `personId` whose LMS is not disabled: people who can still launch. Each gets its `person`, an array with
 * their `sub`.
 */
export function whoCanLaunch(institutionId: string): Stage[] {
  return [
    join(PersonModel, { institutionId, local: 'personId', foreign: '_id', as: 'person' }, [
      { $project: { sub: 1, platformId: 1 } },
    ]),
    {
      $lookup: {
        from: PlatformModel.collection.name,
        localField: 'person.platformId',
        foreignField: '_id',
        pipeline: [{ $match: { state: 'active' } }, { $project: { _id: 1 } }],
        as: 'platform',
      },
    },
    { $match: { platform: { $ne: [] } } },
  ];
}

/** Members of courses who have a role by their latest launch there, except test students. */
interface MembersWanted {
  role: Role;
  contextIds: readonly string[];
  except: readonly string[];
}

const membersFilter = (institutionId: string, { role, contextIds, except }: MembersWanted) => ({
  institutionId,
  contextId: { $in: [...contextIds] },
  roles: { $in: contextRolesWith(role) },
  practice: false,
  personId: { $nin: [...except] },
});

/**
 * One of the members of courses who have a role by their latest launch there, and who can still launch (`whoCanLaunch`), except
 * test students. Rights come from launches alone: this says who would have them. Read together with what else belongs to a page.
 */
export function anyMemberPart(
  institutionId: string,
  wanted: MembersWanted,
  keep: readonly Stage[],
): ReadPart<{ _id: string }> {
  return anyPart(MembershipModel, membersFilter(institutionId, wanted), [
    ...whoCanLaunch(institutionId),
    ...keep,
  ]);
}

/** All of them. */
export function membersPart(
  institutionId: string,
  wanted: MembersWanted,
  keep: readonly Stage[],
): ReadPart<{ personId: string }> {
  return part(MembershipModel, membersFilter(institutionId, wanted), [
    ...whoCanLaunch(institutionId),
    ...keep,
    { $project: { personId: 1 } },
  ]);
}

/** Whether the latest launch of a person in a course came without this role. False for somebody who never launched there. */
export async function hasLostRole(
  who: { institutionId: string; contextId: string; personId: string },
  role: Role,
  tx: ClientSession,
): Promise<boolean> {
  const { institutionId, contextId, personId } = who;
  const member = await MembershipModel.findOne({ institutionId, contextId, personId }, { roles: 1 })
    .session(tx)
    .lean();
  return member !== null && !toLaunchRoles(member.roles, true).granted.includes(role);
}
