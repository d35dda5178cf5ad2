import { deliveryEndpoints, receiptEndpoints } from '../../../contract/grades.ts';
import { committedRoute, NOTHING, route, type RouteDeps } from '../../http/route.ts';
import {
  exportDeliveries,
  findNewest,
  getHistory,
  getOwnReceipt,
  listDeliveries,
} from './deliveries/list.service.ts';
import {
  ComparisonRequest,
  requestComparisons,
  startRequestedComparisons,
} from './comparison/comparisons.service.ts';
import {
  actOnDelivery,
  listColumns,
  QueuedDeliveries,
  sendAll,
  startQueued,
  startChosenAction,
  type RepairDeps,
} from './deliveries/repairs.service.ts';

/** The Grades page of admins, and the receipt of the caller's own score. */
export function mountDeliveries(routes: RouteDeps, deps: RepairDeps): void {
  const { list, newest, csv, history, act, columns, compareAll, sendAll: all } = deliveryEndpoints;
  route(routes, list, ({ session, query }) => listDeliveries(deps, session, query));
  // before :id, which would take the word for an id
  route(routes, newest, async ({ session }) => ({ newest: await findNewest(session.institutionId) }));
  route(routes, csv, ({ session, query, res }) => {
    res.attachment('waymark-grades.csv');
    return exportDeliveries(deps, session, query.show);
  });
  committedRoute(routes, all, {
    work: ({ session, body }) => sendAll(deps, session, body.show),
    keeps: QueuedDeliveries,
    reply: async ({ session }, kept) => ({ queued: await startQueued(session.institutionId, kept) }),
  });
  committedRoute(routes, compareAll, {
    work: ({ session, body }) => requestComparisons(deps, session, body.ids),
    keeps: ComparisonRequest,
    reply: async ({ session }, kept) => ({
      compared: await startRequestedComparisons(session.institutionId, kept),
    }),
  });
  route(routes, history, ({ session, params }) => getHistory(deps, session, params.id));
  committedRoute(routes, act, {
    work: ({ session, params, body }) =>
      actOnDelivery(deps, session, { id: params.id, action: body.action, lineItemUrl: body.lineItemUrl }),
    keeps: NOTHING,
    reply: ({ session, params }) => startChosenAction(session.institutionId, params.id),
  });
  route(routes, columns, ({ session, params }) => listColumns(deps, session, params.id));
  route(routes, receiptEndpoints.own, ({ session, params }) => getOwnReceipt(session, params.id));
}
