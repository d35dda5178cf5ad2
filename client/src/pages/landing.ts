import type { SessionInfo } from '../../../contract/session.ts';

export type Landing =
  | { readonly kind: 'page'; readonly path: string }
  /** Enrol into the pathway or module of the link, then go there. */
  | { readonly kind: 'open' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'nothing' };

type Facts = Pick<SessionInfo, 'shows' | 'hats' | 'startsAs'> & { person: { agreed: boolean } };

const page = (path: string): Landing => ({ kind: 'page', path });

/**
 * Where a launch begins: a deep linking request at the picker, a submission review at the reviews, else by the hat that
 * the session starts with. A participant who has not agreed yet is welcomed first.
 * @param wantsMap true where the own work was asked for by its tab, whatever the hat
 */
export function landingOf(session: Facts, wantsMap: boolean): Landing {
  const { shows, hats, startsAs, person } = session;
  if (shows.kind === 'picker') return page('pick');
  if (shows.kind === 'gone') return { kind: 'gone' };
  if (shows.kind === 'submissions' && !wantsMap) return page('reviews');
  if (!wantsMap && startsAs === 'reviewer') return page('reviews');
  if (!wantsMap && startsAs === 'admin') return page('admin/deliveries');
  const ownWork = hats.includes('participant') && (shows.kind === 'pathway' || shows.kind === 'module');
  if (ownWork) return person.agreed ? { kind: 'open' } : page('welcome');
  if (hats.includes('reviewer')) return page('reviews');
  if (hats.includes('admin')) return page('admin/deliveries');
  // says there how to add something: the course's own "add" is where a designer's work begins
  if (hats.includes('designer')) return page('pick');
  return { kind: 'nothing' };
}
