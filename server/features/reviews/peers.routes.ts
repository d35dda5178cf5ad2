import { peerEndpoints } from '../../../contract/peers.ts';
import type { Deps } from '../../deps.ts';
import { committedRoute, route, type RouteDeps } from '../../http/route.ts';
import { getPeerQueue, takeForPeer } from './peers.service.ts';

export function mountPeers(routes: RouteDeps, deps: Pick<Deps, 'clock'>): void {
  const { waiting, takeNext } = peerEndpoints;
  route(routes, waiting, ({ session }) => getPeerQueue(session));
  committedRoute(routes, takeNext, {
    work: ({ session }) => takeForPeer(deps, session),
    keeps: takeNext.reply,
    reply: (_call, taken) => Promise.resolve(taken),
  });
}
