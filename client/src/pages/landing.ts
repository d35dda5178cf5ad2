import type { SessionInfo } from '../../../contract/sessions.ts';

export type Landing =
  | { readonly kind: 'page'; readonly path: string }
  /** Enrol into the pathway or module of the link, then go there. */
  | { readonly kind: 'open' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'nothing' };

type Facts = Pick<SessionInfo, 'shows' | 'roles' | 'startsAs' | 'takesPart'> & {
  person: { agreed: boolean };
};

const page = (path: string): Landing => ({ kind: 'page', path });

/** One's own work, for people who take part; an admin is asked to agree to it only after saying that they want to. */
function ownWorkOf({ roles, takesPart, person }: Facts): Landing | null {
  if (!takesPart || !roles.includes('participant')) return null;
  if (person.agreed) return { kind: 'open' };
  return roles.includes('admin') ? null : page('welcome');
}

/** What a link to a pathway or module opens for this person; null if it has nothing for their role. */
function shownTo(session: Facts): Landing | null {
  const { shows, roles } = session;
  if (shows.kind !== 'pathway' && shows.kind !== 'module') return null;
  const looks = roles.includes('designer') || roles.includes('admin');
  return ownWorkOf(session) ?? (looks ? page('preview') : null);
}

/**
 * Where a launch begins: a deep linking request at the picker, a submission review at the reviews, else by the role that the
 * session starts with. A participant who has not agreed yet is welcomed first; people who only design or run the course see a
 * preview.
 * @param wantsMap true if one's own work was requested by its tab, whatever the role
 */
export function landingOf(session: Facts, wantsMap: boolean): Landing {
  const { shows, roles, startsAs } = session;
  if (shows.kind === 'picker') return page('pick');
  if (shows.kind === 'gone') return { kind: 'gone' };
  if (shows.kind === 'submissions' && !wantsMap) return page('reviews');
  if (!wantsMap && startsAs === 'reviewer') return page('reviews');
  const shown = shownTo(session);
  if (shown) return shown;
  if (roles.includes('reviewer')) return page('reviews');
  if (roles.includes('admin')) return page('admin/deliveries');
  // the page there says how to add something: the course's own "add" is where a designer's work begins
  if (roles.includes('designer')) return page('pick');
  return { kind: 'nothing' };
}
