/** Misbehaviour on demand: what an LMS under load or in trouble does to a tool's service calls. */

export const FAULT_SCOPES = ['token', 'lineitems', 'scores', 'results', 'memberships', 'all'] as const;
export type FaultScope = (typeof FAULT_SCOPES)[number];
export type ServiceName = Exclude<FaultScope, 'all'>;

/** Each fault with what a person reads on the settings page. */
export const FAULTS = {
  slow: 'Answers late (milliseconds below)',
  unauthorized: 'Answers 401',
  tooMany: 'Answers 429 with Retry-After',
  throttle: 'Answers 403 "Rate Limit Exceeded" (Canvas)',
  error: 'Answers 500',
  unavailable: 'Answers 503',
  refuses: 'Answers with a status and a reason of your choice, nothing done',
  silent: 'Takes the call and never answers, nothing done',
  reset: 'Drops the connection, nothing done',
  resetAfter: 'Does the work, then drops the connection',
  notJson: 'Answers 200 with an HTML page, nothing done',
  wrongType: 'Right body, wrong content type',
  oddMembers: 'Lists hold odd members: nulls, texts, no id',
  unfiltered: 'Results: takes no notice of user_id',
  pagedResults: 'Results: pages of two',
  lacksPerson: 'Results: leaves the person out who is asked for',
  rosterLoop: 'Roster: "next" leads back to the first page',
  rosterCrossHost: 'Roster: "next" leads to another host',
  rosterBroken: 'Roster: 500 on every page but the first',
} as const;
export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/** Faults that change a roster's pages only. */
export const ROSTER_FAULTS: readonly FaultKind[] = ['rosterLoop', 'rosterCrossHost', 'rosterBroken'];

/** Faults that change what one service answers only; their scope is always that service. */
export const FAULTS_OF: Partial<Record<FaultKind, ServiceName>> = {
  unfiltered: 'results',
  pagedResults: 'results',
  lacksPerson: 'results',
  rosterLoop: 'memberships',
  rosterCrossHost: 'memberships',
  rosterBroken: 'memberships',
};

export interface Fault {
  scope: FaultScope | FaultScope[];
  /** How many more calls it strikes; absent: without end. */
  count?: number;
  /** Of how many calls in a hundred; absent: all. */
  percent?: number;
  /** For `slow`. */
  ms?: number;
  /** For `tooMany` and `unavailable`; absent: no such header (429: 1). */
  retryAfterSeconds?: number;
  /** For `refuses`; absent: 403. */
  status?: number;
  /** For `refuses`: in the status line and in the body. */
  reason?: string;
}

/** The switches of one LMS. */
export class Switches {
  #faults = new Map<FaultKind, Fault>();
  #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** The fault as it stands (its `count` is what is left), or null when it is off. */
  get(kind: FaultKind): Fault | null {
    return this.#faults.get(kind) ?? null;
  }

  /** Switches one fault on, or off with null. */
  set(kind: FaultKind, fault: Fault | null): void {
    if (fault === null) this.#faults.delete(kind);
    else this.#faults.set(kind, { ...fault });
  }

  clear(): void {
    this.#faults.clear();
  }

  all(): [FaultKind, Fault][] {
    return [...this.#faults];
  }

  /** Says whether the fault strikes this call, and uses up one of its count if so. */
  strike(kind: FaultKind, service: ServiceName): Fault | null {
    const fault = this.#faults.get(kind);
    if (!fault || !covers(fault, service)) return null;
    if (fault.percent !== undefined && this.#random() * 100 >= fault.percent) return null;
    if (fault.count !== undefined) {
      fault.count -= 1;
      if (fault.count <= 0) this.#faults.delete(kind);
    }
    return fault;
  }

  /** Whether the fault is on for this service, without using it up. */
  isOn(kind: FaultKind, service: ServiceName): boolean {
    const fault = this.#faults.get(kind);
    return fault !== undefined && covers(fault, service);
  }
}

function covers(fault: Fault, service: ServiceName): boolean {
  const scopes = Array.isArray(fault.scope) ? fault.scope : [fault.scope];
  return scopes.includes('all') || scopes.includes(service);
}
