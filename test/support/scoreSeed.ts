import { randomUUID } from 'node:crypto';
import { inTransaction } from '../../server/db.ts';
import type { Deps } from '../../server/deps.ts';
import { ColumnModel } from '../../server/features/grades/columns/column.model.ts';
import { DeliveryModel } from '../../server/features/grades/deliveries/delivery.model.ts';
import { recordFor } from '../../server/features/grades/deliveries/intents.ts';
import { ensureLane } from '../../server/features/grades/deliveries/lanes.ts';
import {
  ScoreTargetModel,
  type ScoreTargetDoc,
} from '../../server/features/grades/columns/scoreTarget.model.ts';
import { ensureInstitution } from '../../server/features/institutions/institutions.service.ts';
import { PlatformModel } from '../../server/lti/platform.model.ts';
import { AGS_SCOPE } from '../../server/lti/claimNames.ts';

/** A decision has one score for each column, so that many are written in one transaction. */
const COURSES = 50;

/** Creates `count` scores, each of a different person, decided and not yet sent. @returns the institution's id */
export async function seedScores(
  deps: Pick<Deps, 'clock'>,
  platformUrl: string,
  count: number,
): Promise<string> {
  const institution = await ensureInstitution(deps, `Bench ${randomUUID()}`);
  const institutionId = institution._id;
  const platformId = randomUUID();
  const now = deps.clock.now();
  await PlatformModel.create({
    _id: platformId,
    issuer: platformUrl,
    clientId: platformId,
    authUrl: `${platformUrl}/auth`,
    tokenUrl: `${platformUrl}/token`,
    jwksUrl: `${platformUrl}/jwks`,
    family: 'other',
    name: 'Bench',
    state: 'active',
    createdAt: now,
  });
  const columns = Array.from({ length: COURSES }, (_, n) => ({
    _id: randomUUID(),
    institutionId,
    platformId,
    contextId: randomUUID(),
    placementId: randomUUID(),
    state: 'bound' as const,
    lineItemUrl: `${platformUrl}/courses/${n}/lineitems/1`,
    lineItemsUrl: `${platformUrl}/courses/${n}/lineitems`,
    scopes: [AGS_SCOPE.score, AGS_SCOPE.result],
    resourceLinkId: '1',
    resourceId: `wm:${n}`,
    points: 10,
    rule: 'approved@1' as const,
    title: 'Bench',
    changedAt: now,
  }));
  await ColumnModel.insertMany(columns);
  await ensureLane({ institutionId, platformId, family: 'other' });
  for (let from = 0; from < count; from += COURSES) {
    const targets = Array.from({ length: Math.min(COURSES, count - from) }, (_, n): ScoreTargetDoc => {
      const columnId = columns[(from + n) % COURSES]?._id ?? '';
      const ids = { _id: randomUUID(), institutionId, subjectId: randomUUID(), columnId, platformId };
      const personId = randomUUID();
      return { ...ids, subject: 'attempt', personId, sub: personId, createdAt: now };
    });
    await ScoreTargetModel.insertMany(targets);
    const ids = { enrolmentId: randomUUID(), decisionId: randomUUID() };
    const decided = { ...ids, order: 1, decidedAt: deps.clock.now(), submittedAt: null };
    const news = { institutionId, targets, progressIn: () => ({ approved: 1, all: 1 }), decided };
    await inTransaction((tx) => recordFor(deps, news, tx));
  }
  return institutionId;
}

/** How many are not in the gradebook yet according to the database. */
export async function countOpen(institutionId: string): Promise<number> {
  return DeliveryModel.countDocuments({ institutionId, filter: { $ne: 'in_gradebook' } });
}
