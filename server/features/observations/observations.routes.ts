import { observationEndpoints } from '../../../contract/observations.ts';
import type { Deps } from '../../deps.ts';
import { committedRoute, pageRoute, route, type RouteDeps } from '../../http/route.ts';
import { getCalendar } from './calendar.service.ts';
import { addNotes, addNotesParts } from './notes.service.ts';
import { listObservations, requestObservation, takeStep } from './observations.service.ts';
import { listObservers } from './observers.service.ts';
import { getObservationView, getOwnNotes, ownNotesParts, viewParts } from './release.service.ts';
import { saveText } from './texts.service.ts';

export function mountObservations(routes: RouteDeps, deps: Pick<Deps, 'sealer' | 'clock' | 'config'>): void {
  const {
    list,
    observers,
    request,
    read,
    calendar,
    act,
    addNotes: add,
    notesAfter,
    saveText: save,
  } = observationEndpoints;
  route(routes, list, ({ session, query }) => listObservations(session, query));
  route(routes, observers, async ({ session }) => ({ rows: await listObservers(session) }));
  committedRoute(routes, request, {
    work: ({ session, body }) => requestObservation(deps, session, body),
    keeps: request.reply,
    reply: (_call, made) => Promise.resolve(made),
  });
  pageRoute(routes, read, {
    reads: (who, { id }) => viewParts(who, id),
    reply: ({ session, found }) => getObservationView(deps, session, found),
  });
  route(routes, calendar, ({ session, params }) => getCalendar(deps, session, params.id));
  committedRoute(routes, act, {
    work: ({ session, params, body }) => takeStep(deps, session, { ...params, ...body }),
    keeps: act.reply,
    reply: (_call, moved) => Promise.resolve(moved),
  });
  route(routes, save, ({ session, params, body }) => saveText(deps, session, { ...params, ...body }));
  pageRoute(routes, add, {
    reads: (who, { id }) => addNotesParts(who, id),
    reply: ({ session, body, found }) => addNotes(deps, session, body.edits, found),
  });
  pageRoute(routes, notesAfter, {
    reads: (who, { id, after }) => ownNotesParts(who, id, after),
    reply: ({ session, params, found }) => {
      const { n, ...notes } = getOwnNotes(deps, session, found);
      return Promise.resolve({ ...notes, n: n ?? params.after });
    },
  });
}
