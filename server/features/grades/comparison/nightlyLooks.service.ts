import type { Deps } from '../../../deps.ts';
import { wallClock } from '../../../zones.ts';
import { listInstitutions } from '../../institutions/institutions.service.ts';
import { DeliveryModel } from '../deliveries/delivery.model.ts';
import { DeliveryLaneModel, type DeliveryLaneDoc } from '../deliveries/deliveryLane.model.ts';
import { findFirstDue } from '../deliveries/firstDue.ts';
import { wakeLanes } from '../deliveries/lanes.ts';
import { lookByNight } from '../deliveries/lookTransitions.ts';
import { moveDeliveries } from '../deliveries/transition.ts';

/** Night is before this hour, where the institution is. */
const MORNING = 6;
/** So many results of a platform are under way at most, and so many begun in each minute: 10,800 in a night. */
export const LOOKS_PER_MINUTE = 30;
/** Less than from a morning to the next midnight: each gets its turn in each night. */
const AGAIN_MS = 17 * 3600_000;
/** Whoever has had to wait longer shows that scores are behind: they go first. */
const BEHIND_MS = 10_000;

/** How many looks of a lane are under way or wait for another try; counted up to `most`. */
function countLooks({ institutionId, platformId }: DeliveryLaneDoc, most: number): Promise<number> {
  return DeliveryModel.countDocuments({
    institutionId,
    platformId,
    dueAt: { $exists: true },
    'stood.state': { $exists: true },
  })
    .limit(most)
    .hint('delivery_due');
}

async function isBehind(lane: DeliveryLaneDoc, now: Date): Promise<boolean> {
  const first = await findFirstDue(lane);
  return first !== null && first.getTime() < now.getTime() - BEHIND_MS;
}

/** Begins the looks of one lane: those that waited longest first. @returns how many of the platform's are under way by that */
async function lookInLane(lane: DeliveryLaneDoc, most: number, now: Date): Promise<number> {
  const { institutionId, platformId } = lane;
  const longest = await DeliveryModel.find({ institutionId, platformId, state: 'accepted' }, { lookedAt: 1 })
    .sort({ lookedAt: 1 })
    .limit(most)
    .hint('delivery_by_look')
    .lean();
  const isDue = (at: Date | undefined): boolean => !at || at.getTime() < now.getTime() - AGAIN_MS;
  const due = longest.filter(({ lookedAt }) => isDue(lookedAt)).map(({ _id }) => _id);
  if (due.length === 0 || (await isBehind(lane, now))) return 0;
  const running = await countLooks(lane, most);
  const ids = due.slice(0, most - running);
  if (ids.length === 0) return running;
  // whether it is still due is decided by the write: of two processes one begins each look
  const begun = await moveDeliveries({ institutionId, _id: { $in: ids } }, lookByNight(AGAIN_MS));
  if (begun > 0) await wakeLanes([lane._id]);
  return running + begun;
}

function shuffled<T>(all: readonly T[]): T[] {
  return all
    .map((one) => ({ one, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

/** The lanes of institutions where it is night, those of each platform together; without those that are paused. */
async function lanesByNight(now: Date): Promise<DeliveryLaneDoc[][]> {
  const institutions = await listInstitutions();
  const asleep = new Set(
    institutions.filter(({ zone }) => wallClock(now, zone).getUTCHours() < MORNING).map(({ _id }) => _id),
  );
  if (asleep.size === 0) return [];
  const lanes = await DeliveryLaneModel.find({
    institutionId: { $in: [...asleep] },
    $nor: [{ $expr: { $gt: ['$pausedUntil', '$$NOW'] } }],
  }).lean();
  const ofPlatform = new Map<string, DeliveryLaneDoc[]>();
  for (const lane of lanes) {
    ofPlatform.set(lane.platformId, [...(ofPlatform.get(lane.platformId) ?? []), lane]);
  }
  return [...ofPlatform.values()];
}

/**
 * Looks whether the LMSs still show what they showed: nobody tells us of a grade that was changed there. Each score is looked at
 * once in a night of its institution, so many of a platform in a minute at most, and none while scores wait or the platform
 * is left alone. What a night does not come to is the first of the next one.
 *
 * @param stopping  when aborted, the platforms that are left wait for the next turn
 * @returns how many looks were begun, or are under way
 */
export async function lookTonight({ clock }: Pick<Deps, 'clock'>, stopping?: AbortSignal): Promise<number> {
  const now = clock.now();
  let looks = 0;
  for (const lanes of await lanesByNight(now)) {
    let left = LOOKS_PER_MINUTE;
    for (const lane of shuffled(lanes)) {
      if (stopping?.aborted) return looks;
      if (left < 1) break;
      const used = await lookInLane(lane, left, now);
      left -= used;
      looks += used;
    }
  }
  return looks;
}

/** The repeated job that looks, for `startJobs`. */
export const nightlyLooks = (deps: Pick<Deps, 'clock'>) =>
  ({
    name: 'deliveries.looks',
    every: '1 minute',
    run: (stopping: AbortSignal) => lookTonight(deps, stopping),
  }) as const;
