import { randomUUID } from 'node:crypto';
import type { ClientSession, PipelineStage } from 'mongoose';
import { join, part, type ReadPart } from '../../combinedRead.ts';
import type { Deps } from '../../deps.ts';
import { isDuplicateKey } from '../../errors.ts';
import { isSameOrigin, readRosterPage, type RosterMember } from '../../lti/nrps.ts';
import type { ServiceDeps } from '../../lti/serviceCall.ts';
import type { ServicePlatform } from '../../lti/token.ts';
import { RosterMemberModel, RosterModel, type RosterDoc } from './roster.model.ts';

/** More pages than the largest course has, at 50 a page. */
const PAGES_MAX = 400;

export interface RosterSource {
  institutionId: string;
  contextId: string;
  platform: ServicePlatform;
  /** `context_memberships_url` of a launch. */
  url: string;
}

export interface RosterSync {
  /** False: stopped midway; nobody was marked as having left, and the next call continues from there. */
  complete: boolean;
  pages: number;
  left: number;
  problem: 'lms_fault' | 'loop' | 'other_host' | 'too_long' | null;
  /** Members without a usable id, if there were any: they were omitted. */
  skipped?: number;
  /** True if it continued after an error: it marked nobody as having left. */
  resumed?: boolean;
}

/** Keeps members of courses (`membersPart`) whom no roster reports as having left theirs. */
export function notLeftStages(institutionId: string): PipelineStage.UnionWithPipelineStage[] {
  return [
    {
      $lookup: {
        from: RosterMemberModel.collection.name,
        localField: 'person.sub',
        foreignField: 'sub',
        let: { course: '$contextId' },
        pipeline: [
          { $match: { institutionId, state: 'left', $expr: { $eq: ['$contextId', '$$course'] } } },
          { $project: { _id: 1 } },
        ],
        as: 'left',
      },
    },
    { $match: { left: [] } },
  ];
}

async function openRun(deps: Pick<Deps, 'clock'>, source: RosterSource): Promise<RosterDoc> {
  const { institutionId, contextId, url } = source;
  const found = await RosterModel.findOne({ institutionId, contextId }).lean();
  if (found?.nextUrl && isSameOrigin(url, found.nextUrl)) return { ...found, resumed: true };
  const opened: Omit<RosterDoc, '_id'> = {
    institutionId,
    contextId,
    run: (found?.run ?? 0) + 1,
    nextUrl: url,
    pages: 0,
    resumed: false,
    seen: [],
    startedAt: deps.clock.now(),
    completedAt: found?.completedAt ?? null,
    problem: null,
  };
  const { institutionId: _tenant, contextId: _context, ...set } = opened;
  const _id = found?._id ?? randomUUID();
  if (found) await RosterModel.updateOne({ institutionId, _id }, { $set: set });
  else await RosterModel.create({ _id, ...opened });
  return { _id, ...opened };
}

/** Somebody who left and is here again counts as lapsed until a launch has noticed (older versions stored only `left`). */
const HAS_LAPSED = { $or: [{ $eq: ['$lapsed', true] }, { $eq: ['$state', 'left'] }] };

/** Each person once: somebody listed twice is in the course if either entry is. */
function onceEach(members: readonly RosterMember[]): RosterMember[] {
  const bySub = new Map<string, RosterMember>();
  for (const member of members) {
    const other = bySub.get(member.sub);
    if (!other?.active) bySub.set(member.sub, member);
  }
  return [...bySub.values()];
}

/** Members that are written in one command. */
const AT_ONCE = 1_000;

async function keepMembers(
  deps: Pick<Deps, 'clock'>,
  roster: RosterDoc,
  members: readonly RosterMember[],
): Promise<void> {
  const all = onceEach(members);
  for (let from = 0; from < all.length; from += AT_ONCE)
    await keepLot(deps, roster, all.slice(from, from + AT_ONCE));
}

async function keepLot(
  deps: Pick<Deps, 'clock'>,
  roster: RosterDoc,
  members: readonly RosterMember[],
): Promise<void> {
  const { institutionId, contextId, run } = roster;
  const changedAt = deps.clock.now();
  // an earlier page of this read has named them
  const isHere = { $and: [{ $eq: ['$run', run] }, { $eq: ['$state', 'present'] }] };
  await RosterMemberModel.bulkWrite(
    members.map(({ sub, roles, active }) => ({
      updateOne: {
        filter: { institutionId, contextId, sub },
        update: [
          {
            $set: {
              _id: { $ifNull: ['$_id', randomUUID()] },
              roles: { $literal: roles },
              lapsed: active
                ? { $cond: [HAS_LAPSED, true, '$$REMOVE'] }
                : { $cond: [isHere, '$lapsed', true] },
              back: active
                ? { $cond: [{ $eq: ['$state', 'left'] }, true, '$back'] }
                : { $cond: [isHere, '$back', '$$REMOVE'] },
              state: active ? 'present' : { $cond: [isHere, 'present', 'left'] },
              // a read that was overtaken does not overwrite newer data
              run: { $max: ['$run', run] },
              changedAt,
            },
          },
        ],
        upsert: true,
      },
    })),
    { ordered: false },
  );
}

/**
 * Anybody whom a complete read without interruption did not see has left; this is the only place that decides so. A roster that
 * names nobody at all says nothing: the LMS does not show it to us, since somebody launched from there.
 */
async function finish(deps: Pick<Deps, 'clock'>, roster: RosterDoc, named: number): Promise<number> {
  const { institutionId, contextId, run, _id } = roster;
  const now = deps.clock.now();
  const unseen = { institutionId, contextId, run: { $lt: run }, state: 'present' as const };
  const isWhole = !roster.resumed && named > 0;
  const gone = isWhole
    ? await RosterMemberModel.updateMany(unseen, {
        $set: { state: 'left', lapsed: true, changedAt: now },
        $unset: { back: 1 },
      })
    : { modifiedCount: 0 };
  await RosterModel.updateOne(
    { institutionId, _id, run },
    [
      {
        $set: {
          nextUrl: null,
          seen: [],
          completedAt: '$$NOW',
          problem: null,
          resumed: false,
          ...(isWhole ? { wholeAt: '$$NOW' } : {}),
        },
      },
    ],
    { updatePipeline: true },
  );
  return gone.modifiedCount;
}

/** Abandons a read: the next one starts at the first page. */
async function abandon(roster: RosterDoc, problem: NonNullable<RosterSync['problem']>): Promise<RosterSync> {
  const { institutionId, _id, run, pages } = roster;
  await RosterModel.updateOne({ institutionId, _id, run }, { $set: { nextUrl: null, seen: [], problem } });
  return { complete: false, pages, left: 0, problem };
}

/**
 * Reads a course's roster to its end and stores who is in it. An error midway keeps the last good roster and the page where it
 * stopped (a read that continues from there marks nobody as having left). A `next` that loops, leads to another host or never
 * ends stops the read, and the token is not sent there.
 */
export async function syncRoster(deps: ServiceDeps, source: RosterSource): Promise<RosterSync> {
  const { institutionId } = source;
  const roster = await openRun(deps, source).catch((error: unknown) => {
    // two syncs of a new course at once: the other one does it
    if (isDuplicateKey(error)) return null;
    throw error;
  });
  if (!roster) return { complete: false, pages: 0, left: 0, problem: null };
  let [skipped, named] = [0, 0];
  for (let url = roster.nextUrl; url !== null;) {
    const page = await readRosterPage(deps, source.platform, url);
    const which = { institutionId, _id: roster._id, run: roster.run };
    if (!page.ok) {
      await RosterModel.updateOne(which, { $set: { problem: page.fault.lmsMessage ?? page.fault.reason } });
      return { complete: false, pages: roster.pages, left: 0, problem: 'lms_fault' };
    }
    await keepMembers(deps, roster, page.value.members);
    skipped += page.value.skipped;
    named += page.value.members.length;
    const { next } = page.value;
    roster.seen.push(url);
    roster.pages += 1;
    if (next !== null && !isSameOrigin(source.url, next)) return abandon(roster, 'other_host');
    if (next !== null && roster.seen.includes(next)) return abandon(roster, 'loop');
    if (next !== null && roster.pages >= PAGES_MAX) return abandon(roster, 'too_long');
    await RosterModel.updateOne(which, { $set: { nextUrl: next, pages: roster.pages, seen: roster.seen } });
    url = next;
  }
  const left = await finish(deps, roster, named);
  const { pages } = roster;
  const { resumed } = roster;
  const more = { ...(skipped > 0 ? { skipped } : {}), ...(resumed ? { resumed } : {}) };
  return { complete: true, pages, left, problem: null, ...more };
}

/** True if the course's last complete roster no longer had that person; false if no roster is known. */
export async function hasLeft(
  institutionId: string,
  contextId: string,
  sub: string,
  tx?: ClientSession,
): Promise<boolean> {
  const member = await RosterMemberModel.findOne({ institutionId, contextId, sub }, { state: 1 })
    .session(tx ?? null)
    .lean();
  return member?.state === 'left';
}

/**
 * What a course's roster says about a person. `returned`: they left and are back, and no launch of theirs has noticed it yet.
 * `unknown`: no read has named them.
 */
export type RosterStatus = 'here' | 'left' | 'returned' | 'unknown';

interface Member {
  contextId: string;
  sub: string;
}

/** What the last reads of a course's roster say about a person; nothing is requested from the LMS. */
export async function rosterStatusOf(
  institutionId: string,
  { contextId, sub }: Member,
): Promise<RosterStatus> {
  const member = await RosterMemberModel.findOne({ institutionId, contextId, sub }).lean();
  if (!member) return 'unknown';
  if (member.state === 'left') return 'left';
  return member.lapsed ? 'returned' : 'here';
}

/** Records that somebody left whom no read has ever named: they were in the course, since they launched from it. */
export async function recordLeft(
  { clock }: Pick<Deps, 'clock'>,
  institutionId: string,
  { contextId, sub }: Member,
): Promise<void> {
  const made = { _id: randomUUID(), roles: [], run: 0, state: 'left' as const, changedAt: clock.now() };
  await RosterMemberModel.updateOne(
    { institutionId, contextId, sub },
    { $setOnInsert: { ...made, lapsed: true } },
    { upsert: true },
  );
}

const WAS_AWAY = [{ $match: { $or: [{ lapsed: true }, { state: 'left' }] } }, { $project: { _id: 1 } }];

/** Finds something if that person was away from the course since their last launch; read together with other parts. */
export function absencePart(institutionId: string, { contextId, sub }: Member): ReadPart<{ _id: string }> {
  return part(RosterMemberModel, { institutionId, contextId, sub }, WAS_AWAY);
}

/** The same as `absence` of a person, for one course. */
export function absenceJoin(institutionId: string, contextId: string | null): PipelineStage.Lookup {
  const which = { institutionId, local: 'sub', foreign: 'sub', as: 'absence' };
  return join(RosterMemberModel, which, [{ $match: { contextId } }, ...WAS_AWAY]);
}

/**
 * People whom a read saw again after they had left, as long as nobody has recorded that their scores were compared
 * (`markCompared`).
 */
export async function findReturned(institutionId: string, contextId: string): Promise<string[]> {
  const back = await RosterMemberModel.find({ institutionId, contextId, back: true }, { sub: 1 }).lean();
  return back.map(({ sub }) => sub);
}

/** Records that the scores of people who came back were compared: `findReturned` no longer finds them. */
export async function markCompared(
  institutionId: string,
  contextId: string,
  subs: readonly string[],
): Promise<void> {
  const which = { institutionId, contextId, sub: { $in: [...subs] }, state: 'present' as const };
  await RosterMemberModel.updateMany(which, { $unset: { back: 1 } });
}

/**
 * A launch has shown that they are back.
 *
 * @param isSettled  false: their scores are still to be compared, so they count as returned until another launch
 */
export async function recordReturn(
  { clock }: Pick<Deps, 'clock'>,
  institutionId: string,
  { contextId, sub }: Member,
  isSettled: boolean,
): Promise<void> {
  const here = { state: 'present' as const, changedAt: clock.now() };
  await RosterMemberModel.updateOne(
    { institutionId, contextId, sub },
    isSettled ? { $set: here, $unset: { lapsed: 1, back: 1 } } : { $set: { ...here, lapsed: true } },
  );
}
