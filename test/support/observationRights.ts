import { observationEndpoints } from '../../contract/observations.ts';
import type { Caller } from './app.ts';
import { personIdOf, toRequest, Visit } from './observations.ts';

/** Ids of observations in which somebody has a part; null where they may not. */
export interface Lessons {
  /** Of their own lesson. */
  lesson: string | null;
  /** In which they observe, and the lesson has begun. */
  visit: string | null;
}

async function begun(teacher: Caller, observer: Caller): Promise<string | null> {
  const observerId = await personIdOf(observer);
  const { status, body } = await teacher.call(observationEndpoints.request, { body: toRequest(observerId) });
  if (status !== 201) return null;
  await new Visit({ teacher, observer, observerId, id: body.id }).reach('observing');
  return body.id;
}

/** A lesson of `one` that `other` observes. */
export const observedOf = (one: Caller, other: Caller): Promise<string | null> => begun(one, other);
/** A lesson of `other` that `one` observes. */
export const observedBy = (one: Caller, other: Caller): Promise<string | null> => begun(other, one);
