import type { ObservationActionName } from '../../../contract/observations.ts';
import { OBSERVATION, statesBefore, type ObservationState } from '../../../contract/states.ts';
import type { ObservationDoc } from './observation.model.ts';

export type Party = 'observed' | 'observer';

interface Step {
  by: readonly Party[];
  from: readonly ObservationState[];
  /** Null: it stays where it is. */
  to: ObservationState | null;
  /** Also once the observed teacher took their consent back. */
  afterWithdrawal?: true;
}

const BOTH: readonly Party[] = ['observed', 'observer'];
const OBSERVED: readonly Party[] = ['observed'];
const OBSERVER: readonly Party[] = ['observer'];
const EVERY = Object.keys(OBSERVATION) as ObservationState[];

/** A step that may be taken wherever the table of states allows it, or in some of those states. */
const step = (by: readonly Party[], to: ObservationState, only?: readonly ObservationState[]): Step => ({
  by,
  to,
  from: statesBefore(OBSERVATION, to).filter((state) => only?.includes(state) ?? true),
});

/** Who may take which step, and when. */
export const STEPS: Readonly<Record<ObservationActionName, Step>> = {
  accept: step(BOTH, 'scheduled'),
  propose: step(BOTH, 'requested', ['requested', 'scheduled']),
  not_held: step(BOTH, 'requested', ['scheduled']),
  decline: step(OBSERVER, 'declined'),
  cancel: { ...step(OBSERVED, 'cancelled'), afterWithdrawal: true },
  hand_over: step(OBSERVED, 'requested'),
  begin: step(OBSERVER, 'observing'),
  finish: step(OBSERVER, 'draft'),
  share: step(OBSERVER, 'shared'),
  answer: step(OBSERVED, 'reflected'),
  agree_action: step(BOTH, 'action_open'),
  close: { ...step(OBSERVED, 'closed'), afterWithdrawal: true },
  show: { by: OBSERVED, from: EVERY, to: null },
  withdraw: { by: OBSERVED, from: EVERY, to: null },
};

/** As whom somebody takes steps; null: not at all. */
export function partyOf(
  { observedId, observerIds }: Pick<ObservationDoc, 'observedId' | 'observerIds'>,
  personId: string,
): Party | null {
  if (personId === observedId) return 'observed';
  return observerIds.includes(personId) ? 'observer' : null;
}

type Facts = Pick<ObservationDoc, 'observedId' | 'observerIds' | 'state' | 'withdrawnAt' | 'proposedBy'>;

/** Why a person can't take a step; null if they can. */
export function refusalOf(
  action: ObservationActionName,
  observation: Facts,
  personId: string,
): 'forbidden' | 'not_now' | 'withdrawn' | null {
  const party = partyOf(observation, personId);
  const { by, from, afterWithdrawal } = STEPS[action];
  if (party === null || !by.includes(party)) return 'forbidden';
  if (!from.includes(observation.state)) return 'not_now';
  if (observation.withdrawnAt !== null && !afterWithdrawal) return 'withdrawn';
  // nobody accepts what they proposed themselves
  return action === 'accept' && observation.proposedBy === party ? 'not_now' : null;
}
