import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { EVENTS_MAX, type MessageKind } from '../../../contract/messages.ts';
import { assignRole } from '../../../server/features/assignments/assignments.service.ts';
import { operatorOf } from '../../../server/features/audit/audit.service.ts';
import { setRunDates } from '../../../server/features/catalog/runs.service.ts';
import { EnrolmentModel } from '../../../server/features/enrolments/enrolment.model.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { MembershipModel } from '../../../server/features/launches/membership.model.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { PlatformModel } from '../../../server/lti/platform.model.ts';
import { getUnread, listMessages, markRead } from '../../../server/features/messages/inbox.service.ts';
import { MessageModel, type MessageDoc } from '../../../server/features/messages/message.model.ts';
import { MessageEventModel } from '../../../server/features/messages/messageEvent.model.ts';
import { tell, type News } from '../../../server/features/messages/messages.service.ts';
import { changeMessageSettings } from '../../../server/features/messages/settings.service.ts';
import { tellPending } from '../../../server/features/messages/telling.service.ts';
import { RECIPIENTS } from '../../../server/features/reminders/recipients.service.ts';
import { noteReminders } from '../../../server/features/reminders/reminders.service.ts';
import { approve } from '../../../server/features/reviews/decisions.service.ts';
import { releaseClaim, takeForPeer } from '../../../server/features/reviews/peers.service.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { returnForRevision } from '../../../server/features/reviews/returning.service.ts';
import { startReview } from '../../../server/features/reviews/reviews.service.ts';
import type { LiveSession } from '../../../server/http/liveSession.ts';
import { usePeerCourse } from '../../support/peers.ts';
import { settleReturnNow } from '../../support/returns.ts';
import { useServices } from '../../support/services.ts';
import { codeOf, FIRST_MODULE, useWork } from '../../support/work.ts';

const { deps } = useServices();
const work = useWork(deps);
const course = usePeerCourse(deps);

const judged = (b: 'meets' | 'approaching') => ({
  judgements: [
    { criterionKey: FIRST_MODULE.A, level: 'meets' as const, comment: '' },
    { criterionKey: FIRST_MODULE.B, level: b, comment: b === 'meets' ? '' : 'Name the piles.' },
  ],
  summary: '',
});
const messagesOf = ({ institutionId, personId }: LiveSession): Promise<MessageDoc[]> =>
  MessageModel.find({ institutionId, personId }).sort({ createdAt: 1 }).lean();
const kindsOf = async (who: LiveSession): Promise<MessageKind[]> =>
  (await messagesOf(who)).map(({ kind }) => kind);
/** What the process does each minute. */
const tellNow = (institutionId: string) =>
  tellPending(
    { ...deps, recipients: RECIPIENTS, listInstitutionIds: () => Promise.resolve([institutionId]) },
    new AbortController().signal,
  );

/** The LMS of a session is known and not disabled, and the session's person has opened the course. */
async function makeKnown(who: LiveSession): Promise<void> {
  const { institutionId, personId, platformId, contextId, isCourseInstructor } = who;
  const urls = {
    authUrl: 'https://lms.example/a',
    tokenUrl: 'https://lms.example/t',
    jwksUrl: 'https://lms.example/k',
  };
  await PlatformModel.create({
    _id: platformId,
    issuer: `https://${platformId}.example`,
    clientId: randomUUID(),
    ...urls,
    family: 'other',
    name: 'LMS',
    nameFrom: 'operator',
    state: 'active',
    createdAt: new Date(),
  });
  const person = { institutionId, platformId, sub: randomUUID(), claimsHash: 'x', createdAt: new Date() };
  if (!(await PersonModel.exists({ institutionId, _id: personId })))
    await PersonModel.create({ _id: personId, ...person });
  const roles = [isCourseInstructor ? 'Instructor' : 'Learner'];
  const seen = { _id: randomUUID(), launchKey: randomUUID(), claimsHash: 'x', createdAt: new Date() };
  if (!(await MembershipModel.exists({ institutionId, personId, contextId })))
    await MembershipModel.create({ ...seen, institutionId, personId, contextId: contextId ?? '', roles });
}

async function decide(outcome: 'approved' | 'returned'): Promise<void> {
  const { reviewId } = await work.now.submitted();
  const { reviewer } = work.now;
  await startReview(deps, reviewer, reviewId);
  if (outcome === 'approved') {
    await approve(deps, reviewer, reviewId, judged('meets'));
    return;
  }
  await returnForRevision(deps, reviewer, reviewId, judged('approaching'));
  await settleReturnNow(reviewer.institutionId, reviewId);
}

describe('a decision', () => {
  it.each(['approved', 'returned'] as const)('tells the author once that it is %s', async (outcome) => {
    await decide(outcome);

    const messages = await messagesOf(work.now.teacher);
    expect(messages).toMatchObject([
      {
        kind: outcome,
        facts: { moduleTitle: FIRST_MODULE.module.title },
        target: { page: 'module', attemptId: work.now.attemptId },
      },
    ]);
  });

  it('that is refused tells nobody', async () => {
    const { reviewId } = await work.now.submitted();
    await startReview(deps, work.now.reviewer, reviewId);

    const refused = await codeOf(approve(deps, work.now.reviewer, reviewId, judged('approaching')));

    expect(refused).toBe('BELOW_MEETS');
    expect(await messagesOf(work.now.teacher)).toEqual([]);
  });

  it('that may still be undone tells nobody yet', async () => {
    const { reviewId } = await work.now.submitted();
    await startReview(deps, work.now.reviewer, reviewId);

    await returnForRevision(deps, work.now.reviewer, reviewId, judged('approaching'));

    expect(await messagesOf(work.now.teacher)).toEqual([]);
  });
});

describe('a submission', () => {
  it('tells those who may review it, however often people are told, and not its author', async () => {
    const { reviewer, teacher } = work.now;
    await makeKnown(reviewer);
    await work.now.submitted();

    await tellNow(teacher.institutionId);
    await MessageEventModel.updateMany({ institutionId: teacher.institutionId }, { $set: { pending: true } });
    await tellNow(teacher.institutionId);

    expect(await messagesOf(reviewer)).toMatchObject([{ kind: 'handed_in', target: { page: 'reviews' } }]);
    expect((await messagesOf(reviewer))[0]?.events).toHaveLength(1);
    expect(await messagesOf(teacher)).toEqual([]);
  });

  it('that colleagues judge tells no reviewer', async () => {
    await course.now.handIn(await course.now.addPerson());

    expect(await MessageEventModel.countDocuments({ institutionId: course.now.institutionId })).toBe(0);
  });
});

describe('a review that a peer has left for too long', () => {
  it('tells them that it went to others', async () => {
    const [author, peer] = [await course.now.addPerson(), await course.now.addPerson()];
    const { reviewId } = await course.now.handIn(author);
    await course.now.handIn(peer);
    await takeForPeer(deps, peer);
    const { institutionId } = peer;
    await ReviewModel.updateOne({ institutionId, _id: reviewId }, { $set: { 'claim.until': new Date(0) } });

    await releaseClaim(institutionId, reviewId);

    expect(await kindsOf(peer)).toEqual(['passed_on']);
  });
});

describe('the date of a run', () => {
  const inDays = (days: number) => new Date(Date.now() + days * 24 * 3600_000);
  const runOf = async ({ institutionId, personId }: LiveSession): Promise<string> =>
    (await EnrolmentModel.findOne({ institutionId, personId }).lean())?.runId ?? '';

  it('tells everybody in it that it was moved, and nobody if it stays', async () => {
    const { teacher } = work.now;
    const [runId, submitBy] = [await runOf(teacher), inDays(30)];

    await setRunDates(deps, teacher.institutionId, runId, { submitBy });
    await setRunDates(deps, teacher.institutionId, runId, { submitBy, reviewBy: inDays(40) });
    await tellNow(teacher.institutionId);

    expect(await messagesOf(teacher)).toMatchObject([{ kind: 'date_moved', facts: { date: submitBy } }]);
  });

  it('tells those who have something left to hand in that it is near, once', async () => {
    const { teacher } = work.now;
    const { institutionId } = teacher;
    await setRunDates(deps, institutionId, await runOf(teacher), { submitBy: inDays(2) });

    for (let hour = 0; hour < 3; hour += 1) {
      await noteReminders(deps, [institutionId]);
      await tellNow(institutionId);
    }

    expect((await kindsOf(teacher)).sort()).toEqual(['date_moved', 'date_near']);
  });

  it('tells nobody who has left the pathway', async () => {
    const { teacher } = work.now;
    const { institutionId, personId } = teacher;
    const runId = await runOf(teacher);
    await EnrolmentModel.updateOne({ institutionId, personId }, { $set: { state: 'withdrawn' } });

    await setRunDates(deps, institutionId, runId, { submitBy: inDays(2) });
    await noteReminders(deps, [institutionId]);
    await tellNow(institutionId);

    expect(await messagesOf(teacher)).toEqual([]);
  });
});

describe('a score that waits for an admin', () => {
  it('tells the admins, and again only if another one comes to wait', async () => {
    const admin = await course.now.addPerson();
    const { institutionId, personId } = admin;
    await makeKnown(admin);
    await assignRole(deps, operatorOf(institutionId), { personId, role: 'admin', contextId: null });
    const hold = (changedAt: Date) =>
      DeliveryModel.collection.insertOne({
        _id: randomUUID() as never,
        institutionId,
        columnId: randomUUID(),
        personId: randomUUID(),
        filter: 'need_you',
        changedAt,
      });

    const counts: number[] = [];
    for (const another of [true, false, true]) {
      if (another) await hold(new Date());
      await noteReminders(deps, [institutionId]);
      await tellNow(institutionId);
      counts.push((await messagesOf(admin))[0]?.events.length ?? 0);
    }

    expect(counts).toEqual([1, 1, 2]);
    expect(await kindsOf(admin)).toEqual(['admin_needed']);
  });
});

describe('messages that gather', () => {
  const news = (key: string): News => ({
    institutionId: course.now.institutionId,
    kind: 'handed_in',
    key,
    facts: {},
    target: { page: 'reviews' },
    at: new Date(),
  });

  it('are one until it is read, whichever processes tell at the same time; the next event begins another', async () => {
    const reader = await course.now.addPerson();
    const keys = Array.from({ length: 8 }, (_none, n) => `event ${n}`);
    await Promise.all([...keys, ...keys].map((key) => tell(news(key), [reader])));
    await markRead(reader, null);

    await tell(news('event 0'), [reader]);
    await tell(news('later'), [reader]);

    const messages = await messagesOf(reader);
    expect(messages.map(({ events }) => [...events].sort())).toEqual([keys, ['later']]);
    expect(await getUnread(reader)).toMatchObject({ unread: 1 });
  });

  it('begin another one when there are too many in one', async () => {
    const reader = await course.now.addPerson();
    await tell(news('first'), [reader]);
    const full = Array.from({ length: EVENTS_MAX }, (_none, n) => `event ${n}`);
    await MessageModel.updateOne(
      { institutionId: reader.institutionId, personId: reader.personId },
      { $set: { events: full } },
    );

    await tell(news('one more'), [reader]);

    expect((await messagesOf(reader)).map(({ events }) => events.length)).toEqual([EVENTS_MAX, 1]);
  });
});

describe('an inbox', () => {
  const addMessages = async (reader: LiveSession, n: number): Promise<void> => {
    const { institutionId } = reader;
    for (let i = 0; i < n; i += 1)
      await tell(
        {
          institutionId,
          kind: 'approved',
          key: `event ${i}`,
          facts: { moduleTitle: `Module ${i}` },
          target: { page: 'home' },
          at: new Date(Date.now() + i),
        },
        [reader],
      );
  };

  it('lists the newest first, page by page, each once', async () => {
    const reader = await course.now.addPerson();
    await addMessages(reader, 45);

    const first = await listMessages(reader, undefined);
    const second = await listMessages(reader, first.next ?? '');

    const titles = [...first.rows, ...second.rows].map(({ facts }) => facts.moduleTitle);
    expect(titles).toEqual(Array.from({ length: 45 }, (_none, n) => `Module ${44 - n}`));
    expect([first.unread, second.next]).toEqual([45, null]);
  });

  it('is nobody else’s: their ids mark nothing as read', async () => {
    const [reader, other] = [await course.now.addPerson(), await course.now.addPerson()];
    await addMessages(reader, 1);
    const { rows } = await listMessages(reader, undefined);

    await markRead(other, [rows[0]?.id ?? '']);

    expect(await getUnread(reader)).toMatchObject({ unread: 1 });
    expect((await listMessages(other, undefined)).rows).toEqual([]);
  });

  it('shows nothing of a kind that was switched off, and all of it when it is on again', async () => {
    const reader = await course.now.addPerson();
    await addMessages(reader, 2);

    await changeMessageSettings(reader, { choices: { approved: 'off' } });
    const off = await listMessages(reader, undefined);
    await changeMessageSettings(reader, { choices: { approved: 'inbox' } });
    const on = await listMessages(reader, undefined);

    expect(off).toEqual({ rows: [], next: null, unread: 0 });
    expect(on.unread).toBe(2);
  });
});
