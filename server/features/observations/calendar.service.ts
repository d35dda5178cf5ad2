import type { Deps } from '../../deps.ts';
import { notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { wordsFor } from '../../words/pageWords.ts';
import { getDisplayNames } from '../launches/people.service.ts';
import { toCalendar } from './calendar.ts';
import { ObservationModel } from './observation.model.ts';
import { partyOf } from './steps.ts';

/** The visit for the calendar of one of the two. @throws {AppError} NOT_FOUND for others, and before a time was agreed on */
export async function getCalendar(
  { config }: Pick<Deps, 'config'>,
  { institutionId, personId, locale }: LiveSession,
  id: string,
): Promise<string> {
  const observation = await ObservationModel.findOne({ institutionId, _id: id }).lean();
  const party = observation && partyOf(observation, personId);
  if (!party || !observation.calendarSlot) throw notFound('This visit');
  const { observedId, observerIds, calendarSlot, calendarSequence, slot, changedAt } = observation;
  const others = party === 'observed' ? observerIds : [observedId];
  const names = await getDisplayNames(institutionId, others);
  return toCalendar({
    uid: `${id}@${new URL(config.publicUrl).host}`,
    sequence: calendarSequence,
    isCancelled: slot === null,
    from: calendarSlot.from,
    until: calendarSlot.until,
    madeAt: changedAt,
    title: wordsFor(locale).t('calendar.visit', { name: [...names.values()].join(', ') }),
  });
}
