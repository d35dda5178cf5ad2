import type { Endpoint } from '../../contract/endpoint.ts';
import { observationEndpoints } from '../../contract/observations.ts';
import type { AppDeps } from '../../server/wire.ts';
import type { Caller, District } from './app.ts';
import { aNote, FIRST_SLOT, personIdOf, requestVisit, toRequest } from './observations.ts';

/** A request of a POST, with what it needs already there. */
type Make = (
  deps: AppDeps,
  district: District,
) => Promise<{ caller: Caller; params?: Record<string, string>; body: unknown }>;

/** The POSTs of observations. */
export const OBSERVATION_POSTS: readonly [endpoint: Endpoint, make: Make][] = [
  [
    observationEndpoints.request,
    async (_deps, district) => {
      // the first one of an institution also makes its data key, which stays
      await requestVisit(district, ['teacher-4', 'teacher-2']);
      const observer = await district.launch('teacher-2', district.links.module);
      const caller = await district.launch('teacher-1', district.links.module);
      return { caller, body: toRequest(await personIdOf(observer)) };
    },
  ],
  [
    observationEndpoints.act,
    async (_deps, district) => {
      const { observer, params } = await requestVisit(district);
      const step = { action: 'accept', slot: FIRST_SLOT };
      return { caller: observer, params, body: { revision: 1, step } };
    },
  ],
  [
    observationEndpoints.addNotes,
    async (_deps, district) => {
      const visit = await (await requestVisit(district)).reach('observing');
      return { caller: visit.observer, params: visit.params, body: { edits: [aNote('one')] } };
    },
  ],
];
