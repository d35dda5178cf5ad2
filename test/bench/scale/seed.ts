import { pino } from 'pino';
import { AuditHeadModel, AuditModel, type AuditDoc } from '../../../server/features/audit/audit.model.ts';
import { auditHash } from '../../../server/features/audit/auditHash.ts';
import { sealAuditLines } from '../../../server/features/audit/sealer.service.ts';
import { coursesPile } from './courses.ts';
import { enrolmentsPile } from './enrolments.ts';
import { coursesAt, idOf, KIND, riseAt, type Ground } from './ground.ts';
import { Pile } from './pile.ts';

const AT_ONCE = 500;
const silent = pino({ level: 'silent' });

/** One audit line for each enrolment, on the end of the institution's chain. */
async function storeAudit(ground: Ground, from: number, to: number): Promise<void> {
  const { institutionId } = ground;
  await sealAuditLines({ log: silent }, institutionId, 'the seed');
  const head = await AuditHeadModel.findOne({ institutionId }).lean();
  if (!head) throw new Error('the institution has no audit line yet');
  let { n, hash } = head;
  const pile = new Pile();
  for (let number = from; number < to; number++) {
    n += 1;
    const line: Omit<AuditDoc, '_id' | 'hash'> = {
      institutionId,
      n,
      at: riseAt(ground, number),
      personId: ground.reviewerId,
      sessionId: null,
      action: 'review.approved',
      subject: { kind: 'review', id: idOf(ground, KIND.review, number) },
      facts: {},
      previousHash: hash,
    };
    hash = auditHash(line);
    pile.add(AuditModel, { _id: idOf(ground, KIND.audit, number), ...line, hash });
  }
  await pile.store();
  await AuditHeadModel.updateOne({ institutionId }, { $set: { n, hash } });
}

/**
 * Brings an institution from `from` enrolments to `to`, with all that comes with each: person, membership, session,
 * three attempts, draft, submissions, reviews, decision, award, scores with their calls, audit; and with their courses.
 *
 * @returns how many documents were stored
 */
export async function seedEnrolments(ground: Ground, from: number, to: number): Promise<number> {
  const courses = coursesPile(ground, from === 0 ? 0 : coursesAt(from), coursesAt(to));
  await courses.store();
  let stored = courses.size;
  for (let begin = from; begin < to; begin += AT_ONCE) {
    const end = Math.min(to, begin + AT_ONCE);
    const pile = enrolmentsPile(ground, begin, end);
    await pile.store();
    await storeAudit(ground, begin, end);
    stored += pile.size + end - begin;
  }
  return stored;
}
