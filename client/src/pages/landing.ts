import type { SessionInfo } from '../../../contract/session.ts';

export type Landing =
  | { readonly kind: 'page'; readonly path: string }
  /** Enrol into the pathway or module of the link, then go there. */
  | { readonly kind: 'open' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'nothing' };

type Facts = Pick<SessionInfo, 'shows' | 'hats' | 'startsAs' | 'takesPart'> & { person: { agreed: boolean } };

const page = (path: string): Landing => ({ kind: 'page', path });

/** The own work of somebody who takes part; an admin is asked to agree to it only once they said that they want to. */
function ownWorkOf({ hats, takesPart, person }: Facts): Landing | null {
  if (!takesPart || !hats.includes('participant')) return null;
  if (person.agreed) return { kind: 'open' };
  return hats.includes('admin') ? null : page('welcome');
}

/** What a pathway's or module's link opens for this person; null where it has nothing for their role. */
function shownTo(session: Facts): Landing | null {
  const { shows, hats } = session;
  if (shows.kind !== 'pathway' && shows.kind !== 'module') return null;
  const looks = hats.includes('designer') || hats.includes('admin');
  return ownWorkOf(session) ?? (looks ? page('preview') : null);
}

/**
 * Where a launch begins: a deep linking request at the picker, a submission review at the reviews, else by the hat that
 * the session starts with. A participant who has not agreed yet is welcomed first; who only designs or runs the course sees a
 * preview.
 * @param wantsMap true where the own work was asked for by its tab, whatever the hat
 */
export function landingOf(session: Facts, wantsMap: boolean): Landing {
  const { shows, hats, startsAs } = session;
  if (shows.kind === 'picker') return page('pick');
  if (shows.kind === 'gone') return { kind: 'gone' };
  if (shows.kind === 'submissions' && !wantsMap) return page('reviews');
  if (!wantsMap && startsAs === 'reviewer') return page('reviews');
  const shown = shownTo(session);
  if (shown) return shown;
  if (hats.includes('reviewer')) return page('reviews');
  if (hats.includes('admin')) return page('admin/deliveries');
  // says there how to add something: the course's own "add" is where a designer's work begins
  if (hats.includes('designer')) return page('pick');
  return { kind: 'nothing' };
}
