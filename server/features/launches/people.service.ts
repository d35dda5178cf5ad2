import type { ClientSession, PipelineStage } from 'mongoose';
import { WEEKLY_MINUTES_SUGGESTED } from '../../../contract/sessions.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { PlatformModel } from '../../lti/platform.model.ts';
import { part, type ReadPart } from '../../combinedRead.ts';
import { MembershipModel } from './membership.model.ts';
import { keyInRange, toNameRange, type NameRange } from './nameKeys.ts';
import { PersonModel, type PersonDoc } from './person.model.ts';

export type { PersonDoc } from './person.model.ts';

/** Placeholder for a person whose LMS sent no name: "Participant 7F3K", derived from the id, so that it stays the same. */
export function displayNameOf(person: Pick<PersonDoc, '_id' | 'name'>): string {
  return person.name ?? `Participant ${person._id.slice(0, 4).toUpperCase()}`;
}

/** A person of this institution, or null. */
export async function findPerson(institutionId: string, personId: string): Promise<PersonDoc | null> {
  return PersonModel.findOne({ institutionId, _id: personId }).lean();
}

/** @throws {AppError} NOT_FOUND, for another institution's person too */
export async function getPerson(institutionId: string, personId: string): Promise<PersonDoc> {
  const person = await findPerson(institutionId, personId);
  if (!person) throw notFound('This person');
  return person;
}

/** A person with what is joined to them, read together with what else belongs to a page. */
export function personPart<Joined = unknown>(
  { institutionId, personId }: Pick<LiveSession, 'institutionId' | 'personId'>,
  joined: readonly PipelineStage.Lookup[] = [],
): ReadPart<PersonDoc & Joined> {
  return part(PersonModel, { institutionId, _id: personId }, joined);
}

/** The person with this `sub` on a platform, or null. */
export async function findPersonBySub(
  which: Pick<PersonDoc, 'institutionId' | 'platformId' | 'sub'>,
): Promise<PersonDoc | null> {
  const { institutionId, platformId, sub } = which;
  return PersonModel.findOne({ institutionId, platformId, sub }).lean();
}

/** The day is what people see; a first launch records it anyway. */
const SEEN_MS = 3600_000;

/** Records that a person is here, to the nearest hour. */
export async function recordSeen({ clock }: Pick<Deps, 'clock'>, person: PersonDoc): Promise<void> {
  const now = clock.now();
  if (person.lastSeenAt && now.getTime() - person.lastSeenAt.getTime() < SEEN_MS) return;
  const { institutionId, _id } = person;
  await PersonModel.updateOne({ institutionId, _id }, { $set: { lastSeenAt: now } });
}

/** Names as people see them, by person id. */
export async function getDisplayNames(
  institutionId: string,
  personIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await PersonModel.find({ institutionId, _id: { $in: personIds } }, { name: 1 }).lean();
  return new Map(rows.map((row) => [row._id, displayNameOf(row)]));
}

/** Minutes a week that a person wants to spend; a suggestion until they choose. */
export function weeklyMinutesOf(person: Pick<PersonDoc, 'weeklyMinutes'>): number {
  return person.weeklyMinutes ?? WEEKLY_MINUTES_SUGGESTED;
}

/** Consent on the welcome page; giving it again keeps the first date and notice. */
export async function recordConsent(
  { clock }: Pick<Deps, 'clock'>,
  who: { institutionId: string; personId: string },
  { weeklyMinutes, notice = 1 }: { weeklyMinutes: number; notice?: number | undefined },
): Promise<void> {
  const { institutionId, personId } = who;
  await inTransaction(async (tx) => {
    await PersonModel.updateOne(
      { institutionId, _id: personId, agreedAt: null },
      { $set: { agreedAt: clock.now(), agreedNotice: notice } },
      { session: tx },
    );
    await PersonModel.updateOne(
      { institutionId, _id: personId },
      { $set: { weeklyMinutes } },
      { session: tx },
    );
  });
}

/** Stores how much time a week a person plans for. @param weeklyMinutes  checked by the contract */
export async function changeWeeklyMinutes(
  { institutionId, personId }: { institutionId: string; personId: string },
  weeklyMinutes: number,
): Promise<void> {
  await PersonModel.updateOne({ institutionId, _id: personId }, { $set: { weeklyMinutes } });
}

/** Whether one of these people comes from an LMS that is not disabled, and is not a test student, who has no role of ours. */
export async function canAnyLaunch(
  institutionId: string,
  personIds: readonly string[],
  tx: ClientSession,
): Promise<boolean> {
  const practising = await MembershipModel.distinct('personId', {
    institutionId,
    personId: { $in: [...personIds] },
    practice: true,
  }).session(tx);
  const platformIds = await PersonModel.distinct('platformId', {
    institutionId,
    _id: { $in: personIds.filter((id) => !practising.includes(id)) },
  }).session(tx);
  const active = await PlatformModel.exists({ _id: { $in: platformIds }, state: 'active' }).session(tx);
  return active !== null;
}

const PAGE = 50;

/** Everybody after a person, in the order in which they first came. */
async function findByAge(institutionId: string, last: PersonDoc | null): Promise<PersonDoc[]> {
  const later = last
    ? { $or: [{ createdAt: { $gt: last.createdAt } }, { createdAt: last.createdAt, _id: { $gt: last._id } }] }
    : {};
  return PersonModel.find({ institutionId, ...later })
    .sort({ createdAt: 1, _id: 1 })
    .limit(PAGE + 1)
    .lean();
}

/**
 * People found by a search, in the index's order: by the first of their keys that matches. The index is walked, not sorted, and
 * only as far as the page goes.
 */
async function findByName(
  institutionId: string,
  range: NameRange,
  last: PersonDoc | null,
): Promise<PersonDoc[]> {
  const { first, end } = range;
  const walk = (filter: object, limit: number): Promise<PersonDoc[]> =>
    PersonModel.find({ institutionId, ...filter })
      .hint('persons_by_name')
      .limit(limit)
      .lean();
  const lastKey = last && keyInRange(last.nameKeys, range);
  if (!last || lastKey === null)
    return walk({ nameKeys: { $elemMatch: { $gte: first, $lt: end } } }, PAGE + 1);
  // somebody with a smaller key in the range was shown by that one
  const shown = (until: object) => ({ nameKeys: { $not: { $elemMatch: { $gte: first, ...until } } } });
  const namesakes = await walk(
    { nameKeys: lastKey, _id: { $gt: last._id }, $and: [shown({ $lt: lastKey })] },
    PAGE + 1,
  );
  const room = PAGE + 1 - namesakes.length;
  if (room <= 0) return namesakes;
  const behind = { nameKeys: { $elemMatch: { $gt: lastKey, $lt: end } }, $and: [shown({ $lte: lastKey })] };
  return [...namesakes, ...(await walk(behind, room))];
}

/**
 * People of an institution, 50 at a time: all of them in the order in which they first came, or those found by a search, by name.
 *
 * @param search  part of a name from the start of a word on, in any case and without accents; empty: everybody
 * @param after  id of the last person on the previous page
 */
export async function listPeople(
  institutionId: string,
  { search, after }: { search: string; after: string | null },
): Promise<{ people: PersonDoc[]; next: string | null }> {
  const last = after === null ? null : await getPerson(institutionId, after);
  const range = toNameRange(search);
  const people = await (range ? findByName(institutionId, range, last) : findByAge(institutionId, last));
  const page = people.slice(0, PAGE);
  return { people: page, next: people.length > PAGE ? (page.at(-1)?._id ?? null) : null };
}

/**
 * One person by what an operator knows about them: id, name or email address as the LMS sent it.
 *
 * @throws {AppError} NOT_FOUND if nobody or more than one person matches
 */
export async function findPersonForOperator(
  institutionId: string,
  who: string,
): Promise<{ _id: string; displayName: string }> {
  const people = await PersonModel.find({ institutionId, $or: [{ _id: who }, { name: who }, { email: who }] })
    .limit(2)
    .lean();
  const [person, other] = people;
  if (!person) throw notFound(`A person "${who}"`);
  if (other)
    throw new AppError('NOT_FOUND', `More than one person is called "${who}". Name the person's id.`);
  return { _id: person._id, displayName: displayNameOf(person) };
}
