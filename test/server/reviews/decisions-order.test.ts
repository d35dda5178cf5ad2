import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { allApproved, ALWAYS } from '../../../contract/rules.ts';
import { unrollModule } from '../../../contract/cycles.ts';
import type { Deps } from '../../../server/deps.ts';
import { AttemptModel } from '../../../server/features/enrolments/attempt.model.ts';
import { EnrolmentModel } from '../../../server/features/enrolments/enrolment.model.ts';
import { openEnrolment } from '../../../server/features/enrolments/enrolments.service.ts';
import { ColumnModel } from '../../../server/features/grades/columns/column.model.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { ScoreIntentModel } from '../../../server/features/grades/deliveries/scoreIntent.model.ts';
import { ensureInstitution } from '../../../server/features/institutions/institutions.service.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { publishPathway } from '../../../server/features/catalog/publishing.service.ts';
import { readTogether } from '../../../server/combinedRead.ts';
import { DecisionModel } from '../../../server/features/reviews/decision.model.ts';
import { approve, decisionsPart } from '../../../server/features/reviews/decisions.service.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { startReview } from '../../../server/features/reviews/reviews.service.ts';
import { openReview } from '../../../server/features/reviews/reviews.service.ts';
import {
  insertSubmission,
  type SubmissionDoc,
} from '../../../server/features/submissions/submissions.service.ts';
import { openLaunchedWork } from '../../../server/features/pathways/opening.service.ts';
import type { LiveSession } from '../../../server/http/liveSession.ts';
import { MIGRATIONS } from '../../../server/migrations/index.ts';
import { inTransaction } from '../../../server/db.ts';
import { SAMPLE } from '../../support/build.ts';
import { buildSession } from '../../support/liveSession.ts';
import { addGradedLink } from '../../support/maps.ts';
import { returnWithoutUndo } from '../../support/returns.ts';
import { useServices } from '../../support/services.ts';

const { deps } = useServices();

/** Two processes whose clocks are a minute apart. */
const PROCESSES = [-30_000, 30_000].map((offset): Deps => ({
  ...deps,
  clock: { now: () => new Date(Date.now() + offset) },
}));
const processOf = (n: number): Deps => PROCESSES[n % 2] ?? deps;

type Link = 'share' | 'all or nothing' | number;

/** A person with all modules handed in, a reviewer who has begun each of them, and links that show the work. */
interface Work {
  institutionId: string;
  attemptIds: string[];
  enrolmentId: string;
  open(link: Link, process: number): Promise<void>;
  decide(module: number, process: number, outcome?: 'approved' | 'returned'): Promise<void>;
  /** Points wanted in the column of a link; null where there is no head. */
  wantedOf(link: Link): Promise<number | null>;
}

async function handIn(teacher: LiveSession, attemptId: string, n: number): Promise<string> {
  const { institutionId } = teacher;
  const which = { institutionId, _id: attemptId };
  const attempt = await AttemptModel.findOne(which).lean();
  const enrolment = await EnrolmentModel.findOne({ institutionId, _id: attempt?.enrolmentId ?? '' }).lean();
  if (!attempt || !enrolment) throw new Error('there is no work');
  const { enrolmentId, personId, pathwayKey, moduleId, round, openCriteria } = attempt;
  const submission: SubmissionDoc = {
    _id: randomUUID(),
    institutionId,
    enrolmentId,
    personId,
    pathwayKey,
    moduleId,
    round,
    openCriteria,
    attemptId,
    versionId: enrolment.versionId,
    contextIds: enrolment.contextIds,
    practice: false,
    n,
    code: randomUUID().slice(0, 8),
    submittedAt: new Date(),
    late: false,
    nonce: 'n',
    digest: 'd',
    selfLevels: [],
    pieces: [],
  };
  const module = SAMPLE.modules[0];
  if (!module) throw new Error('the sample has no module');
  await AttemptModel.updateOne(which, { $set: { state: 'submitted', submissionId: submission._id } });
  await inTransaction(async (tx) => {
    await insertSubmission(submission, tx);
    await openReview(
      { submission, module: unrollModule(module), pathwayTitle: 'p', reviewBy: null, reviewDays: 14 },
      tx,
    );
  });
  const review = await ReviewModel.findOne({ institutionId, submissionId: submission._id }).lean();
  return review?._id ?? '';
}

async function addLink(
  teacher: LiveSession,
  pathwayKey: string,
  moduleKey: string | null,
  rule: string,
): Promise<LiveSession> {
  return { ...teacher, placementId: await addGradedLink(teacher, { pathwayKey, moduleKey, rule }) };
}

async function begin(modules: number): Promise<Work> {
  const institution = await ensureInstitution(deps, `District ${randomUUID()}`);
  const institutionId = institution._id;
  const [first] = SAMPLE.modules;
  if (!first) throw new Error('the sample has no module');
  const keys = Array.from({ length: modules }, () => randomUUID());
  const content = {
    ...SAMPLE,
    key: randomUUID(),
    modules: keys.map((key) => ({ ...first, key, opens: ALWAYS })),
    completes: allApproved(keys),
  };
  await publishPathway(deps, institutionId, content);
  const teacher = buildSession(institutionId);
  const { personId, platformId, contextId } = teacher;
  await PersonModel.create({
    _id: personId,
    institutionId,
    platformId,
    sub: personId,
    claimsHash: 'h',
    createdAt: new Date(),
  });
  const { enrolment, attempts } = await openEnrolment(deps, teacher, content.key);
  const links = new Map<Link, LiveSession>();
  links.set('share', await addLink(teacher, content.key, null, 'share'));
  links.set('all or nothing', await addLink(teacher, content.key, null, 'approved'));
  for (const [n, { key }] of content.modules.entries()) {
    links.set(n, await addLink(teacher, content.key, key, 'approved'));
  }
  const reviewers = attempts.map(() => buildSession(institutionId, { contextId, isCourseInstructor: true }));
  const reviews = new Map<number, string>();
  for (const [n, attempt] of attempts.entries()) {
    reviews.set(n, await handIn(teacher, attempt._id, 1));
    await startReview(deps, reviewers[n] as LiveSession, reviews.get(n) ?? '');
  }
  const sessionOf = (link: Link) => links.get(link) ?? teacher;
  return {
    institutionId,
    enrolmentId: enrolment._id,
    attemptIds: attempts.map((attempt) => attempt._id),
    async open(link, process) {
      const platforms = { getById: () => Promise.resolve(null) };
      await openLaunchedWork({ ...processOf(process), platforms }, sessionOf(link));
    },
    async decide(n, process, outcome = 'approved') {
      const level = outcome === 'approved' ? ('meets' as const) : ('approaching' as const);
      const judgements = first.criteria.map(({ key }) => ({ criterionKey: key, level, comment: 'more' }));
      const make = outcome === 'approved' ? approve : returnWithoutUndo;
      await make(processOf(process), reviewers[n] as LiveSession, reviews.get(n) ?? '', {
        judgements,
        summary: '',
      });
      if (outcome === 'approved') return;
      reviews.set(n, await handIn(teacher, attempts[n]?._id ?? '', 2));
      await startReview(deps, reviewers[n] as LiveSession, reviews.get(n) ?? '');
    },
    async wantedOf(link) {
      const { placementId } = sessionOf(link);
      const column = await ColumnModel.findOne({ institutionId, placementId: placementId ?? '' }).lean();
      const head = await DeliveryModel.findOne({
        institutionId,
        columnId: column?._id ?? '',
        personId,
      }).lean();
      return head?.wanted.given ?? null;
    },
  };
}

interface Step {
  what: 'approve' | 'return' | 'open';
  n: number;
  link: Link;
  process: number;
  /** Steps of one batch are under way at once. */
  batch: number;
}

const anyLink = fc.oneof(fc.constantFrom<Link>('share', 'all or nothing'), fc.nat(3));
const anyStep = fc.record<Step>({
  what: fc.constantFrom('open', 'open', 'return'),
  n: fc.nat(3),
  link: anyLink,
  process: fc.nat(1),
  batch: fc.nat(2),
});
const anySchedule = fc.record({
  modules: fc.integer({ min: 2, max: 4 }),
  others: fc.array(anyStep, { maxLength: 8 }),
  approvals: fc.array(fc.record({ process: fc.nat(1), batch: fc.nat(2) }), { minLength: 4, maxLength: 4 }),
  approved: fc.integer({ min: 1, max: 4 }),
});

describe('the order of decisions', () => {
  test('is that of their commits: any approvals at once, in two processes, end with the right score in every column', async () => {
    await fc.assert(
      fc.asyncProperty(anySchedule, async ({ modules, others, approvals, approved: some }) => {
        const work = await begin(modules);
        const count = Math.min(some, modules);
        const steps: Step[] = [
          ...others.map((step) => ({ ...step, n: step.n % modules })),
          ...approvals.slice(0, count).map((one, n) => ({ ...one, what: 'approve' as const, n, link: n })),
        ];
        const opened = new Set<Link>();
        const returned = new Set<number>();
        for (const batch of [0, 1, 2]) {
          const now = steps.filter((step) => step.batch === batch);
          await Promise.all(
            now.map(async ({ what, link, n, process }) => {
              if (what === 'approve') return work.decide(n, process);
              if (what === 'open') {
                const which = typeof link === 'number' ? link % modules : link;
                opened.add(which);
                return work.open(which, process);
              }
              // one that is not approved in this run
              if (n < count || returned.has(n)) return undefined;
              returned.add(n);
              return work.decide(n, process, 'returned');
            }),
          );
        }

        const wanted = await Promise.all([...opened].map(async (link) => [link, await work.wantedOf(link)]));

        const expected = [...opened].map((link) => {
          if (typeof link === 'number') return [link, link < count ? 12 : null];
          return [
            link,
            link === 'share' ? Math.floor((12 * count) / modules) : count === modules ? 12 : null,
          ];
        });
        expect(wanted).toEqual(expected);
        const { institutionId, enrolmentId } = work;
        const decisions = await DecisionModel.find({ institutionId }).lean();
        const orders = decisions.map(({ order }) => order);
        expect(new Set(orders).size).toBe(orders.length);
        const enrolment = await EnrolmentModel.findOne({ institutionId, _id: enrolmentId }).lean();
        expect(enrolment?.state).toBe(count === modules ? 'completed' : 'active');
        const byOrder = decisions
          .sort((a, b) => a.order - b.order)
          .map(({ decidedAt }) => decidedAt.getTime());
        expect([...byOrder].sort((a, b) => a - b)).toEqual(byOrder);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  test('is kept for the history of an attempt, whatever the processes’ clocks said', async () => {
    const work = await begin(2);

    await work.decide(0, 1, 'returned');
    await work.decide(0, 0, 'approved');

    const decisions = decisionsPart(work.institutionId, work.attemptIds[0] ?? '');
    const { history } = await readTogether({ history: decisions });
    expect(history.map(({ outcome }) => outcome)).toEqual(['returned', 'approved']);
    const [before, after] = history;
    expect((after?.decidedAt ?? 0) >= (before?.decidedAt ?? 0)).toBe(true);
  });

  test('of decisions stored before is that of their times', async () => {
    const work = await begin(3);
    const { institutionId, enrolmentId } = work;
    await work.open('share', 0);
    for (const n of [2, 0, 1]) await work.decide(n, 0);
    const before = await DecisionModel.find({ institutionId }).sort({ order: 1 }).lean();
    const head = await DeliveryModel.findOne({ institutionId }).lean();
    // as version 0.1.0 left them
    const { connection } = mongoose;
    await connection.collection('decisions').updateMany({ institutionId }, { $unset: { order: 1 } });
    await connection.collection('scoreIntents').updateMany({ institutionId }, { $unset: { order: 1 } });
    await connection
      .collection('deliveries')
      .updateMany({ institutionId }, { $unset: { 'wanted.order': 1, 'wanted.enrolmentId': 1 } });
    await connection
      .collection('enrolments')
      .updateMany({ institutionId }, { $unset: { decisionOrder: 1, lastDecidedAt: 1 } });

    const change = MIGRATIONS.find(({ id }) => id.endsWith('decision-order'));
    await change?.run();
    await change?.run();

    const decisions = await DecisionModel.find({ institutionId }).sort({ order: 1 }).lean();
    expect(decisions.map(({ _id, order }) => [_id, order])).toEqual(before.map(({ _id }, n) => [_id, n + 1]));
    const intents = await ScoreIntentModel.find({ institutionId }).sort({ revision: 1 }).lean();
    expect(intents.map(({ order }) => order)).toEqual([1, 2, 3]);
    const after = await DeliveryModel.findOne({ institutionId }).lean();
    expect(after?.wanted).toEqual({ ...head?.wanted, order: 3, enrolmentId });
    const enrolment = await EnrolmentModel.findOne({ institutionId, _id: enrolmentId }).lean();
    expect(enrolment).toMatchObject({ decisionOrder: 3, lastDecidedAt: decisions[2]?.decidedAt });
  });
});
