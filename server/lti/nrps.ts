import { z } from 'zod';
import { NRPS_SCOPE } from './claimNames.ts';
import { Identifier, readList, shortTextsOf } from './received.ts';
import { callService, nextPageOf, unreadable, type ServiceDeps } from './serviceCall.ts';
import { jsonOf, type Outcome } from './serviceFault.ts';
import type { ServicePlatform } from './token.ts';
import { parseUrl } from '../url.ts';

const MEDIA = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';
/** Moodle sends everybody on one page. */
const PAGE_MAX_BYTES = 64 * 1024 ** 2;

const Member = z.object({
  user_id: Identifier,
  roles: z.unknown().optional().transform(shortTextsOf),
  status: z.string().catch('Active'),
});

/** One person of a course's roster: no more than is needed. */
export interface RosterMember {
  sub: string;
  /** Short names or URIs, as the platform sends them. */
  roles: string[];
  active: boolean;
}

export interface RosterPage {
  members: RosterMember[];
  /** Members without a usable id: they stand for nobody, but somebody who is missing may be one of them. */
  skipped: number;
  /** Where to continue; null: this was the last page. It may lead to another host: see `isSameOrigin`. */
  next: string | null;
}

/** True if a token that was meant for `first` may be sent to `next`. */
export function isSameOrigin(first: string, next: string): boolean {
  return parseUrl(next)?.origin === new URL(first).origin;
}

/** Reads one page of a roster (NRPS 2.0 §2.4.2). */
export async function readRosterPage(
  deps: ServiceDeps,
  platform: ServicePlatform,
  url: string,
): Promise<Outcome<RosterPage>> {
  const answer = await callService(deps, platform, {
    service: 'roster',
    method: 'GET',
    url,
    scopes: [NRPS_SCOPE],
    needs: NRPS_SCOPE,
    accept: MEDIA,
    maxBytes: PAGE_MAX_BYTES,
  });
  if (!answer.ok) return answer;
  const page = jsonOf(answer.value.body);
  const list = await readList(
    Member,
    typeof page === 'object' && page && 'members' in page ? page.members : null,
  );
  if (!list) return unreadable(answer);
  const { items, skipped } = list;
  const members = items.map(({ user_id: sub, roles, status }) => {
    return { sub, roles, active: status.toLowerCase() === 'active' };
  });
  const next = nextPageOf(answer.value.headers.get('link'), url);
  return { ...answer, skipped, value: { members, skipped, next } };
}
