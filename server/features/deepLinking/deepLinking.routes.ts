import { deepLinkingEndpoints } from '../../../contract/deepLinking.ts';
import { route, type RouteDeps } from '../../http/route.ts';
import { getPicker, replyWithLinks, type DeepLinkingDeps } from './deepLinking.service.ts';

export function mountDeepLinking(routes: RouteDeps, deps: DeepLinkingDeps): void {
  const { picker, reply } = deepLinkingEndpoints;
  route(routes, picker, ({ session }) => getPicker(deps, session));
  route(routes, reply, ({ session, body }) => replyWithLinks(deps, session, body.items));
}
