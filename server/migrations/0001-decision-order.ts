import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';
import { dropIndex } from './dropIndex.ts';

interface Stored {
  _id: string;
  institutionId: string;
}
/** What this change reads of decisions, as version 0.1.0 wrote them. */
interface Decision extends Stored {
  attemptId: string;
  decidedAt: Date;
}
interface Numbered extends Decision {
  enrolmentId: string;
  order: number;
}
interface Attempt extends Stored {
  enrolmentId: string;
}
interface Intent extends Stored {
  decisionId: string;
  deliveryId: string;
}

const AT_ONCE = 200;
const stored = <T extends Stored>(name: string) => mongoose.connection.collection<T>(name);

/** The decisions of these enrolments, each with its number within its own enrolment, ordered by their times. */
async function numberDecisions(enrolments: readonly Stored[]): Promise<Numbered[]> {
  const institutionId = { $in: [...new Set(enrolments.map((one) => one.institutionId))] };
  const enrolmentId = { $in: enrolments.map((one) => one._id) };
  const attempts = await stored<Attempt>('attempts').find({ institutionId, enrolmentId }).toArray();
  const enrolmentOf = new Map(attempts.map((attempt) => [attempt._id, attempt.enrolmentId]));
  const attemptId = { $in: [...enrolmentOf.keys()] };
  const decisions = await stored<Decision>('decisions')
    .find({ institutionId, attemptId })
    .sort({ decidedAt: 1, _id: 1 })
    .toArray();
  const counts = new Map<string, number>();
  return decisions.map((decision) => {
    const own = enrolmentOf.get(decision.attemptId) ?? '';
    const order = (counts.get(own) ?? 0) + 1;
    counts.set(own, order);
    return { ...decision, enrolmentId: own, order };
  });
}

const setOne = (filter: object, set: object) => ({ updateOne: { filter, update: { $set: set } } });

async function writeNumbers(decisions: readonly Numbered[]): Promise<void> {
  if (decisions.length === 0) return;
  const byId = new Map(decisions.map((decision) => [decision._id, decision]));
  const institutionId = { $in: [...new Set(decisions.map((one) => one.institutionId))] };
  const intents = await stored<Intent>('scoreIntents')
    .find({ institutionId, decisionId: { $in: [...byId.keys()] } })
    .toArray();
  await stored('decisions').bulkWrite(decisions.map(({ _id, order }) => setOne({ _id }, { order })));
  if (intents.length === 0) return;
  const orderOf = (intent: Intent) => byId.get(intent.decisionId)?.order ?? 0;
  await stored('scoreIntents').bulkWrite(
    intents.map((intent) => setOne({ _id: intent._id }, { order: orderOf(intent) })),
  );
  await stored('deliveries').bulkWrite(
    intents.map((intent) => {
      const { decisionId, deliveryId } = intent;
      const enrolmentId = byId.get(decisionId)?.enrolmentId ?? '';
      const set = { 'wanted.order': orderOf(intent), 'wanted.enrolmentId': enrolmentId };
      return setOne({ _id: deliveryId, 'wanted.decisionId': decisionId }, set);
    }),
  );
}

async function migrateSome(enrolments: readonly Stored[]): Promise<void> {
  const decisions = await numberDecisions(enrolments);
  await writeNumbers(decisions);
  // last, so that an unfinished migration starts again
  const newest = new Map(decisions.map((decision) => [decision.enrolmentId, decision]));
  await stored('enrolments').bulkWrite(
    enrolments.map(({ _id }) => {
      const last = newest.get(_id);
      return setOne({ _id }, { decisionOrder: last?.order ?? 0, lastDecidedAt: last?.decidedAt ?? null });
    }),
  );
}

/** Decisions of an enrolment get numbers: before, they were ordered by a clock that was read before their transaction. */
export const decisionOrder: Migration = {
  id: '0001-decision-order',
  async run() {
    let some: Stored[] = [];
    const open = stored('enrolments').find({ decisionOrder: { $exists: false } });
    for await (const { _id, institutionId } of open.project<Stored>({ institutionId: 1 })) {
      some.push({ _id, institutionId });
      if (some.length < AT_ONCE) continue;
      await migrateSome(some);
      some = [];
    }
    if (some.length > 0) await migrateSome(some);
    await stored('scoreTargets').updateMany({}, { $unset: { countedAt: 1 } });
    await dropIndex('decisions', 'decisions_of_attempt');
  },
};
