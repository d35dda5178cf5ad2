import type { Deps } from '../../../deps.ts';
import { wallClock } from '../../../zones.ts';
import { listInstitutions } from '../../institutions/institutions.service.ts';
import { settingsOf } from '../../institutions/settings.service.ts';
import { DeliveryModel } from '../deliveries/delivery.model.ts';
import { DeliveryLaneModel, type DeliveryLaneDoc } from '../deliveries/deliveryLane.model.ts';
import { findFirstDue } from '../deliveries/firstDue.ts';
import { wakeLanes } from '../deliveries/lanes.ts';
import { compareAtNight } from '../deliveries/comparisonTransitions.ts';
import { moveDeliveries } from '../deliveries/transition.ts';

/** Night ends at this hour, in the institution's time zone. */
const MORNING = 6;
/** At most this many results of a platform are in progress, and this many are started per minute: 10,800 in a night. */
export const COMPARISONS_PER_MINUTE = 30;
/** Less than from a morning to the next midnight, so that each score gets its turn every night. */
const AGAIN_MS = 17 * 3600_000;
/** A score that has waited longer shows that sending is behind: scores go first. */
const BEHIND_MS = 10_000;

/** How many comparisons of a lane are in progress or waiting for another try; counted up to `most`. */
function countComparisons({ institutionId, platformId }: DeliveryLaneDoc, most: number): Promise<number> {
  return DeliveryModel.countDocuments({
    institutionId,
    platformId,
    dueAt: { $exists: true },
    'stateBefore.state': { $exists: true },
  })
    .limit(most)
    .hint('delivery_due');
}

async function isBehind(lane: DeliveryLaneDoc, now: Date): Promise<boolean> {
  const first = await findFirstDue(lane);
  return first !== null && first.getTime() < now.getTime() - BEHIND_MS;
}

/**
 * Starts the comparisons of one lane: those that waited longest first. @returns how many of the platform's are then in progress
 */
async function startInLane(lane: DeliveryLaneDoc, most: number, now: Date): Promise<number> {
  const { institutionId, platformId } = lane;
  const longest = await DeliveryModel.find(
    { institutionId, platformId, state: 'accepted' },
    { comparisonAt: 1 },
  )
    .sort({ comparisonAt: 1 })
    .limit(most)
    .hint('delivery_by_comparison')
    .lean();
  const isDue = (at: Date | undefined): boolean => !at || at.getTime() < now.getTime() - AGAIN_MS;
  const due = longest.filter(({ comparisonAt }) => isDue(comparisonAt)).map(({ _id }) => _id);
  if (due.length === 0 || (await isBehind(lane, now))) return 0;
  const running = await countComparisons(lane, most);
  const ids = due.slice(0, most - running);
  if (ids.length === 0) return running;
  // the write decides whether it is still due: of two processes one starts each comparison
  const begun = await moveDeliveries({ institutionId, _id: { $in: ids } }, compareAtNight(AGAIN_MS));
  if (begun > 0) await wakeLanes([lane._id]);
  return running + begun;
}

function shuffle<T>(all: readonly T[]): T[] {
  return all
    .map((one) => ({ one, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

/** The lanes of institutions where it is night, grouped by platform; without those that are paused. */
async function listLanesAtNight({ log }: Pick<Deps, 'log'>, now: Date): Promise<DeliveryLaneDoc[][]> {
  const institutions = await listInstitutions();
  const hourAt = (zone: string): number => wallClock(now, zone).getUTCHours();
  const asleep = new Set(
    institutions.filter((one) => hourAt(settingsOf({ log }, one).zone) < MORNING).map(({ _id }) => _id),
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
 * Checks whether the LMSs still show what they showed: nobody notifies us of a grade that was changed there. Each score is
 * compared once in a night of its institution, with a limit per platform and minute, and none while scores are waiting or the
 * platform is paused. What does not fit into one night comes first in the next one.
 *
 * @param stopping  when aborted, the remaining platforms wait for the next run
 * @returns how many comparisons were started, or are in progress
 */
export async function startNightlyComparisons(
  deps: Pick<Deps, 'clock' | 'log'>,
  stopping?: AbortSignal,
): Promise<number> {
  const now = deps.clock.now();
  let started = 0;
  for (const lanes of await listLanesAtNight(deps, now)) {
    let left = COMPARISONS_PER_MINUTE;
    for (const lane of shuffle(lanes)) {
      if (stopping?.aborted) return started;
      if (left < 1) break;
      const used = await startInLane(lane, left, now);
      left -= used;
      started += used;
    }
  }
  return started;
}

/** The periodic job that compares, for `startJobs`. */
export const nightlyComparisonsJob = (deps: Pick<Deps, 'clock' | 'log'>) =>
  ({
    name: 'deliveries.compare',
    every: '1 minute',
    run: (stopping: AbortSignal) => startNightlyComparisons(deps, stopping),
  }) as const;
