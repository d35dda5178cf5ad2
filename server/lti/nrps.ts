import { z } from 'zod';
import { NRPS_SCOPE } from './claimNames.ts';
import { callService, nextPageOf, unreadable, type ServiceDeps } from './serviceCall.ts';
import { jsonOf, type Outcome } from './serviceFault.ts';
import type { ServicePlatform } from './token.ts';

const MEDIA = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';
/** Moodle sends everybody on one page. */
const PAGE_MAX_BYTES = 64 * 1024 ** 2;

const Member = z.object({
  user_id: z.coerce.string().min(1).max(255),
  roles: z.array(z.string()).catch([]),
  status: z.string().catch('Active'),
});
const Page = z.object({ members: z.array(z.unknown()) });

/** One person of a course's roster: as little of it as is needed. */
export interface RosterMember {
  sub: string;
  /** Short names or URIs, as the platform sends them. */
  roles: string[];
  active: boolean;
}

export interface RosterPage {
  members: RosterMember[];
  /** Where to go on; null: this was the last page. May lead to another host: see `isSameOrigin`. */
  next: string | null;
}

/** True when a token that was meant for `first` may go to `next`. */
export function isSameOrigin(first: string, next: string): boolean {
  return URL.canParse(next) && new URL(next).origin === new URL(first).origin;
}

function toMember(raw: unknown): RosterMember[] {
  const parsed = Member.safeParse(raw);
  if (!parsed.success) return [];
  const { user_id: sub, roles, status } = parsed.data;
  return [{ sub, roles, active: status.toLowerCase() === 'active' }];
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
  const page = Page.safeParse(jsonOf(answer.value.body));
  if (!page.success) return unreadable(answer);
  const members = page.data.members.flatMap(toMember);
  const next = nextPageOf(answer.value.headers.get('link'), url);
  return { ...answer, value: { members, next } };
}
