import { deliveryEndpoints } from '../../../contract/grades.ts';
import type { DeliveryAttempt, DeliveryList, DeliveryRow } from '../../../contract/grades.ts';
import type { SessionInfo } from '../../../contract/sessions.ts';
import { ListApi } from '../reviews/listApi.ts';

export const admin: Partial<SessionInfo> = { roles: ['admin'], startsAs: 'admin' };
export const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export function deliveryOf(change: Partial<DeliveryRow> = {}): DeliveryRow {
  return {
    id: idOf(700),
    person: 'Teacher 22',
    course: 'EdTech autumn',
    platform: 'Canvas',
    what: 'Run it with one class',
    state: 'held',
    reason: 'column_gone',
    lmsMessage: null,
    comparedAt: null,
    comparing: false,
    scoreGiven: 10,
    scoreMaximum: 10,
    acceptedAt: null,
    lmsValue: null,
    lmsMaximum: null,
    tries: 1,
    triedSince: '2026-11-23T06:10:00Z',
    nextAt: null,
    paused: false,
    actions: ['make_column', 'link_column', 'no_grade'],
    ...change,
  };
}

export function attemptOf(change: Partial<DeliveryAttempt> = {}): DeliveryAttempt {
  return {
    id: idOf(710),
    at: '2026-11-20T09:14:00Z',
    kind: 'score',
    outcome: 'accepted',
    httpStatus: 204,
    reason: 'none',
    lmsMessage: null,
    requestHash: 'c'.repeat(64),
    scoreGiven: 10,
    scoreMaximum: 10,
    milliseconds: 48,
    by: null,
    ...change,
  };
}

export function listOf(rows: readonly DeliveryRow[], change: Partial<DeliveryList> = {}): DeliveryList {
  const counts = { need_you: rows.length, on_the_way: 12, changed: 3, in_gradebook: 1284, closed: 0 };
  return { counts, sendable: 0, newest: 'a', rows: [...rows], next: null, ...change };
}

/** A server that holds these rows; an action is taken as done. */
export function deliveryApi(row = deliveryOf(), attempts: DeliveryAttempt[] = [attemptOf()]): ListApi {
  const api = new ListApi();
  api.on(deliveryEndpoints.newest, () => ({ newest: 'a' }));
  api.on(deliveryEndpoints.list, () => listOf([row]));
  api.on(deliveryEndpoints.history, () => ({ row, attempts }));
  api.on(deliveryEndpoints.act, () => ({
    ...row,
    state: 'queued' as const,
    reason: 'none' as const,
    actions: [],
  }));
  return api;
}
