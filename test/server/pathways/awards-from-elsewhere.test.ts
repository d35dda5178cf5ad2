import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PathwayContent } from '../../../contract/content.ts';
import type { Rule } from '../../../contract/rules.ts';
import { AwardModel } from '../../../server/features/awards/award.model.ts';
import { DeliveryModel } from '../../../server/features/grades/deliveries/delivery.model.ts';
import { ScoreIntentModel } from '../../../server/features/grades/deliveries/scoreIntent.model.ts';
import { buildInstitution } from '../../support/build.ts';
import { openLink } from '../../support/maps.ts';
import { approveModule, enrolIn, pathwayOf, type Enrolled } from '../../support/pathways.ts';
import { useServices } from '../../support/services.ts';

const { deps } = useServices();
let institutionId: string;
beforeEach(async () => {
  ({ institutionId } = await buildInstitution(deps));
});

const approved = (module: string): Rule => ({ type: 'approved', module });
const awarded = (achievement: string): Rule => ({ type: 'awarded', achievement, title: 'Uses quick checks' });

interface World {
  /** Completed by a module of its own and one of `first`, each for half of 12 points. */
  both: PathwayContent;
  /** A pathway of one module. */
  first: PathwayContent;
  waiting: Enrolled;
  /** The same person's work on `first`. */
  earner: Enrolled;
}

async function buildWorld(): Promise<World> {
  const own = randomUUID();
  const first = pathwayOf({});
  const completes: Rule = { type: 'all', of: [approved(own), awarded(first.modules[0]?.key ?? '')] };
  const both = { ...pathwayOf({ key: own }), completes };
  const waiting = await enrolIn(deps, institutionId, both);
  const earner = await enrolIn(deps, institutionId, first, waiting);
  return { both, first, waiting, earner };
}

const intents = () => ScoreIntentModel.find({ institutionId }).sort({ createdAt: 1, order: 1 }).lean();
const scores = async () => (await intents()).map(({ scoreGiven }) => scoreGiven);
const wanted = async () => (await DeliveryModel.findOne({ institutionId }).lean())?.wanted;

const decisionBehind = async (awardId: string | null) =>
  (await AwardModel.findOne({ institutionId, _id: awardId }).lean())?.decisionId;

const earnOwn = ({ waiting }: World) => approveModule(deps, waiting, 0);
const earnElsewhere = ({ earner }: World) => approveModule(deps, earner, 0);
const earnForOther = async ({ first }: World) =>
  approveModule(deps, await enrolIn(deps, institutionId, first), 0);

const EARNED: [
  what: string,
  steps: ((world: World) => Promise<unknown>)[],
  before: number[],
  later: number[],
][] = [
  ['nothing', [], [], []],
  ['an approval of their own', [earnOwn], [6], [6]],
  ['an award of another pathway', [earnElsewhere], [6], [6]],
  ['an award of another pathway, then an approval', [earnElsewhere, earnOwn], [6, 12], [12]],
  ['an approval, then an award of another pathway', [earnOwn, earnElsewhere], [6, 12], [12]],
  ['nothing, while somebody else has the award', [earnForOther], [], []],
];

describe('the score of somebody whose work earned', () => {
  it.each(EARNED)(
    '%s is recorded as it is earned, if their column was there before',
    async (_, steps, before) => {
      const world = await buildWorld();
      await openLink(deps, world.waiting, world.both.key);

      for (const step of steps) await step(world);
      await openLink(deps, world.waiting, world.both.key);

      expect(await scores()).toEqual(before);
    },
  );

  it.each(EARNED)('%s is recorded once, if their column is connected later', async (_, steps, __, later) => {
    const world = await buildWorld();
    for (const step of steps) await step(world);

    await openLink(deps, world.waiting, world.both.key);
    await openLink(deps, world.waiting, world.both.key);

    expect(await scores()).toEqual(later);
  });
});

describe('a score for an award of another pathway', () => {
  it('goes back to the decision that granted the award, in the order of the enrolment that it counts in', async () => {
    const world = await buildWorld();
    const { awardId } = await earnElsewhere(world);

    await openLink(deps, world.waiting, world.both.key);

    const [intent] = await intents();
    expect(await wanted()).toMatchObject({
      given: 6,
      enrolmentId: world.waiting.enrolmentId,
      decisionId: await decisionBehind(awardId),
      order: intent?.order,
    });
  });

  it('is followed by that of a later approval of their own, which is the newer one', async () => {
    const world = await buildWorld();
    await earnElsewhere(world);
    await openLink(deps, world.waiting, world.both.key);
    const before = await wanted();

    await earnOwn(world);

    const now = await wanted();
    expect(now?.given).toBe(12);
    expect(now?.order).toBeGreaterThan(before?.order ?? Infinity);
  });

  it('is recorded when somebody first opens the link, who has the award from before they were enrolled', async () => {
    const first = pathwayOf({});
    const earner = await enrolIn(deps, institutionId, first);
    await approveModule(deps, earner, 0);
    const second = { ...pathwayOf({}), completes: awarded(first.modules[0]?.key ?? '') };
    await enrolIn(deps, institutionId, second);

    await openLink(deps, earner, second.key);

    expect(await scores()).toEqual([12]);
  });

  it('follows a badge that awards alone completed to the decision behind them', async () => {
    const first = pathwayOf({});
    const badge = { key: randomUUID(), achievement: 'Teaches with quick checks', level: 2 };
    const second = { ...pathwayOf({}), badge, completes: awarded(first.modules[0]?.key ?? '') };
    const third = { ...pathwayOf({}), completes: awarded(badge.key) };
    const earner = await enrolIn(deps, institutionId, first);
    const { awardId } = await approveModule(deps, earner, 0);
    await enrolIn(deps, institutionId, second, earner);
    await openLink(deps, earner, second.key);
    await enrolIn(deps, institutionId, third, earner);

    await openLink(deps, earner, third.key);

    const decisionId = await decisionBehind(awardId);
    expect((await intents()).map((intent) => [intent.scoreGiven, intent.decisionId])).toEqual([
      [12, decisionId],
      [12, decisionId],
    ]);
  });
});
