import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PathwayContent } from '../../../contract/content.ts';
import type { Rule } from '../../../contract/rules.ts';
import { AwardModel } from '../../../server/features/awards/award.model.ts';
import { getWorkspace } from '../../../server/features/attempts/attemptPage.service.ts';
import { getVersion } from '../../../server/features/catalog/catalog.service.ts';
import { EnrolmentModel } from '../../../server/features/enrolments/enrolment.model.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { ScoreIntentModel } from '../../../server/features/grades/deliveries/scoreIntent.model.ts';
import { buildInstitution } from '../../support/build.ts';
import { mapOf, openLink } from '../../support/maps.ts';
import { approveModule, enrolIn, pathwayOf, type Enrolled } from '../../support/pathways.ts';
import { useServices } from '../../support/services.ts';

const { deps } = useServices();
let institutionId: string;
beforeEach(async () => {
  ({ institutionId } = await buildInstitution(deps));
});

const approved = (module: string): Rule => ({ type: 'approved', module });
const awarded = (achievement: string): Rule => ({ type: 'awarded', achievement, title: 'Uses quick checks' });
const all = (...of: Rule[]): Rule => ({ type: 'all', of });

/** A pathway with a badge. */
function withBadge(changes: Partial<PathwayContent> = {}, modules = 1): PathwayContent {
  const keys = Array.from({ length: modules }, () => ({ key: randomUUID() }));
  const badge = { key: randomUUID(), achievement: 'Teaches with quick checks', level: 2 };
  return { ...pathwayOf(...keys), badge, ...changes };
}

const badgesOf = ({ enrolmentId }: Enrolled) =>
  AwardModel.find({ institutionId, enrolmentId, moduleId: null }).lean();
const stateOf = async ({ enrolmentId }: Enrolled) =>
  (await EnrolmentModel.findOne({ institutionId, _id: enrolmentId }).lean())?.state;

describe('the badge of a pathway', () => {
  it('is awarded with the approval that completes it, with the rule and the version that matched', async () => {
    const content = withBadge({}, 2);
    const work = await enrolIn(deps, institutionId, content);
    await approveModule(deps, work, 0);
    const before = await badgesOf(work);

    await approveModule(deps, work, 1);

    const [badge, ...more] = await badgesOf(work);
    const enrolment = await EnrolmentModel.findOne({ institutionId, _id: work.enrolmentId }).lean();
    const version = await getVersion(institutionId, enrolment?.versionId ?? '');
    expect([before, more]).toEqual([[], []]);
    expect(badge).toMatchObject({
      achievementKey: content.badge?.key,
      achievement: 'Teaches with quick checks',
      badgeLevel: 2,
      attemptId: null,
      levels: [],
      rule: { name: 'pathway-completed', version: 1, completes: content.completes },
      version: 1,
      contentHash: version.contentHash,
      awardedAt: enrolment?.lastDecidedAt,
    });
  });

  it('is on the map, and on the page of the module with which it was earned', async () => {
    const content = withBadge({}, 2);
    const work = await enrolIn(deps, institutionId, content);
    await approveModule(deps, work, 0);
    await approveModule(deps, work, 1);

    const [first, last] = await Promise.all(
      work.attemptIds.map((id) => getWorkspace(deps, work.teacher, id)),
    );
    const { awards } = await mapOf(deps, work);

    expect(awards.map(({ moduleKey }) => moduleKey)).toEqual([
      content.modules[0]?.key,
      content.modules[1]?.key,
      null,
    ]);
    expect([first?.pathwayAward, last?.pathwayAward?.achievementKey]).toEqual([null, content.badge?.key]);
  });

  it('is awarded once, although more is approved afterwards and the link is opened again', async () => {
    const [needed = '', extra = ''] = [randomUUID(), randomUUID()];
    const content = {
      ...withBadge(),
      ...pathwayOf({ key: needed }, { key: extra }),
      completes: approved(needed),
    };
    const work = await enrolIn(deps, institutionId, { ...content, badge: withBadge().badge });
    await approveModule(deps, work, 0);
    await approveModule(deps, work, 1);

    await openLink(deps, work, content.key);
    await openLink(deps, work, content.key);

    expect(await badgesOf(work)).toHaveLength(1);
  });

  it('is awarded once by two approvals at the same time', async () => {
    const [a = '', b = ''] = [randomUUID(), randomUUID()];
    const completes: Rule = { type: 'atLeast', n: 1, of: [approved(a), approved(b)] };
    const work = await enrolIn(deps, institutionId, {
      ...pathwayOf({ key: a }, { key: b }),
      badge: withBadge().badge,
      completes,
    });

    await Promise.all([approveModule(deps, work, 0), approveModule(deps, work, 1)]);

    expect(await badgesOf(work)).toHaveLength(1);
  });

  it('is awarded when the link is opened, to who completed the pathway before there were such badges', async () => {
    const content = withBadge();
    const work = await enrolIn(deps, institutionId, content);
    await approveModule(deps, work, 0);
    await AwardModel.collection.deleteMany({ institutionId, moduleId: null });

    await openLink(deps, work, content.key);

    expect(await badgesOf(work)).toHaveLength(1);
  });
});

describe('a pathway that asks for an award of another one', () => {
  /** Somebody with work on a pathway, and on another that a badge of the first completes. */
  async function twoPathways(more: Partial<PathwayContent> = {}) {
    const first = withBadge();
    const asked = first.modules[0]?.key ?? '';
    const second = withBadge({ completes: awarded(asked), ...more });
    const waiting = await enrolIn(deps, institutionId, second);
    const earner = await enrolIn(deps, institutionId, first, waiting);
    return { first, second, waiting, earner };
  }

  it('is completed by the decision that awards it, with its badge', async () => {
    const { waiting, earner } = await twoPathways();
    const before = await stateOf(waiting);

    const { awardId } = await approveModule(deps, earner, 0);

    const award = await AwardModel.findOne({ institutionId, _id: awardId }).lean();
    expect([before, await stateOf(waiting)]).toEqual(['active', 'completed']);
    expect((await badgesOf(waiting)).map(({ decisionId }) => decisionId)).toEqual([award?.decisionId]);
  });

  it('passes its badge on to a third one that asks for it', async () => {
    const { second, waiting, earner } = await twoPathways();
    const third = withBadge({ completes: awarded(second.badge?.key ?? '') });
    const last = await enrolIn(deps, institutionId, third, waiting);

    await approveModule(deps, earner, 0);

    expect(await stateOf(last)).toBe('completed');
    expect(await badgesOf(last)).toHaveLength(1);
  });

  it('is not completed for anybody else', async () => {
    const { second, earner } = await twoPathways();
    const other = await enrolIn(deps, institutionId, second);

    await approveModule(deps, earner, 0);

    expect(await stateOf(other)).toBe('active');
  });

  it('sends its score at once, and once', async () => {
    const { second, waiting, earner } = await twoPathways();
    await openLink(deps, waiting, second.key);

    const { awardId } = await approveModule(deps, earner, 0);
    await openLink(deps, waiting, second.key);

    const award = await AwardModel.findOne({ institutionId, _id: awardId }).lean();
    const intents = await ScoreIntentModel.find({ institutionId }).lean();
    expect(intents.map(({ scoreGiven, decisionId }) => [scoreGiven, decisionId])).toEqual([
      [12, award?.decisionId],
    ]);
  });

  it('sends the share that the award adds, on top of what was approved before', async () => {
    const own = randomUUID();
    const first = withBadge();
    const completes = all(approved(own), awarded(first.modules[0]?.key ?? ''));
    const second = { ...pathwayOf({ key: own }), completes };
    const waiting = await enrolIn(deps, institutionId, second);
    const earner = await enrolIn(deps, institutionId, first, waiting);
    await openLink(deps, waiting, second.key);
    await approveModule(deps, waiting, 0);

    await approveModule(deps, earner, 0);

    const intents = await ScoreIntentModel.find({ institutionId }).sort({ order: 1 }).lean();
    const [delivery] = await DeliveryModel.find({ institutionId }).lean();
    expect(intents.map(({ scoreGiven }) => scoreGiven)).toEqual([6, 12]);
    expect(delivery?.wanted).toMatchObject({ given: 12, revision: 2 });
  });

  it('is completed when it is opened, if the award was there before the enrolment', async () => {
    const first = withBadge();
    const second = withBadge({ completes: awarded(first.modules[0]?.key ?? '') });
    const earner = await enrolIn(deps, institutionId, first);
    await approveModule(deps, earner, 0);
    const late = await enrolIn(deps, institutionId, second, earner);

    await openLink(deps, late, second.key);

    expect(await stateOf(late)).toBe('completed');
    expect(await badgesOf(late)).toHaveLength(1);
  });
});
