import type { ObservationPart, Relation } from '../../../contract/observations.ts';
import type { ObservationState } from '../../../contract/states.ts';
import type { ObservationDoc } from './observation.model.ts';

/** Who asks, as far as it matters. */
export interface Reader {
  personId: string;
  /** The course of this launch, if they take part in it. */
  contextId: string | null;
  /** They review work in that course or anywhere, or administer: they read no observation, whatever else they are. */
  oversees: boolean;
}

type Facts = Pick<
  ObservationDoc,
  'contextId' | 'observedId' | 'observerIds' | 'state' | 'visibility' | 'shares' | 'withdrawnAt'
>;

const SHARED: readonly ObservationState[] = ['shared', 'reflected', 'action_open', 'closed'];
const ANSWERED: readonly ObservationState[] = ['reflected', 'action_open', 'closed'];
const CALLED_OFF: readonly ObservationState[] = ['declined', 'cancelled'];

/**
 * As whom somebody may know of an observation; null: for them it does not exist. Admins, leads and reviewers have no part in it by
 * their role: they are nobody here, unless they are the observed teacher or the observer themselves.
 */
export function relationOf(observation: Facts, reader: Reader): Relation | null {
  if (reader.personId === observation.observedId) return 'observed';
  // only the observer's steps are left to them: see `mayRead`
  if (observation.observerIds.includes(reader.personId)) return 'observer';
  if (observation.withdrawnAt !== null || reader.oversees) return null;
  const isShown = observation.visibility.cohort && SHARED.includes(observation.state);
  return isShown && reader.contextId === observation.contextId ? 'colleague' : null;
}

type Rule = (observation: Facts) => boolean;
const always: Rule = () => true;
const never: Rule = () => false;
const isShared: Rule = ({ state }) => SHARED.includes(state);
const isAnswered: Rule = ({ state }) => ANSWERED.includes(state);
const isOn: Rule = ({ state }) => !CALLED_OFF.includes(state);

const RULES: Readonly<Record<ObservationPart, Readonly<Record<Relation, Rule>>>> = {
  request: { observed: always, observer: isOn, colleague: isShared },
  // a teacher first says what they think themselves
  ratings: { observed: isAnswered, observer: always, colleague: never },
  answers: { observed: always, observer: isAnswered, colleague: isAnswered },
  debrief: { observed: always, observer: isShared, colleague: never },
  action: { observed: always, observer: isShared, colleague: never },
};

/** Whether somebody may read a part. The one rule about text of observations: nothing opens any without asking here. */
export function mayRead(observation: Facts, reader: Reader, part: ObservationPart): boolean {
  const relation = relationOf(observation, reader);
  if (relation === null) return false;
  // what was agreed on as the next step concerns both; of everything else the observer keeps nothing
  if (observation.withdrawnAt !== null && relation !== 'observed' && part !== 'action') return false;
  return RULES[part][relation](observation);
}

/** Up to which batch somebody may read the notes of an observer; 0: none. Infinity: all. */
export function notesReadable(observation: Facts, reader: Reader, observerId: string): number {
  const relation = relationOf(observation, reader);
  if (relation === null) return 0;
  if (relation === 'observer' && observation.withdrawnAt !== null) return 0;
  // their own draft; what another observer noted, they see when the observed teacher does
  if (relation === 'observer' && observerId === reader.personId) return Infinity;
  return observation.shares.find((share) => share.observerId === observerId)?.through ?? 0;
}
