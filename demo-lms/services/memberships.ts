import type { Request } from 'express';
import type { Answer } from '../modes/answer.ts';
import type { Lms } from '../lms.ts';
import { CLAIM } from '../oidc/claimNames.ts';
import { personClaims } from '../oidc/claims.ts';
import { buildCustom } from '../oidc/variables.ts';
import { SCOPE } from '../state/tools.ts';
import type { Course, Enrolment, Link, Tool } from '../state/types.ts';
import { admit, isAnswer, queryText, refuse } from './access.ts';
import { checkMedia, MEDIA } from './media.ts';

interface Window {
  from: number;
  size: number;
}

/** The roster of a course (NRPS 2.0 §2.4), in pages as this mode has them. */
export function listMembers(lms: Lms, req: Request): Answer {
  const access = admit(lms, req, [SCOPE.roster]);
  if (isAnswer(access)) return access;
  const wrongMedia = checkMedia(lms, req, 'roster');
  if (wrongMedia) return wrongMedia;
  const { course, tool } = access;
  const rlid = queryText(req, 'rlid');
  const link = rlid === null ? null : findLink(lms, course, rlid);
  if (rlid !== null && !link) return refuse(lms, 404, 'The resource link is not here');
  const all = members(lms, course, queryText(req, 'role'));
  const window = readWindow(lms, req, all.length);
  if (window.from > 0 && lms.switches.strike('rosterBroken', 'memberships')) {
    return { status: 500, body: { error: 'Internal server error' } };
  }
  const rows = all.slice(window.from, window.from + window.size);
  const next = nextUrl(lms, req, window, all.length);
  return {
    status: 200,
    contentType: MEDIA.roster,
    body: {
      id: lms.url + req.originalUrl,
      context: { id: lms.contextIdOf(course.id), label: course.label, title: course.title },
      members: rows.map((enrolment) => toMember(lms, { course, tool, link }, enrolment)),
    },
    headers: { ...access.headers, ...(next ? { Link: `<${next}>; rel="next"` } : {}) },
  };
}

function findLink(lms: Lms, course: Course, rlid: string): Link | null {
  // Canvas: the course's own id stands for the whole course.
  const { mode } = lms.rules();
  const link = lms.findLinkByExternalId(course.id, rlid);
  if (link || mode !== 'canvas' || rlid !== lms.contextIdOf(course.id)) return link;
  return lms.links.ofCourse(course.id)[0] ?? null;
}

function members(lms: Lms, course: Course, role: string | null): Enrolment[] {
  return [...course.enrolments.values()].filter((enrolment) => {
    if (enrolment.suspended || lms.people.get(enrolment.personId).testUser) return false;
    if (role === null) return true;
    const word = role.slice(role.lastIndexOf('#') + 1);
    // Moodle knows these two and takes no notice of any other.
    if (lms.rules().mode === 'moodle' && word !== 'Learner' && word !== 'Instructor') return true;
    return lms
      .rules()
      .rosterRoles(enrolment.role)
      .some((name) => name.slice(name.lastIndexOf('#') + 1) === word);
  });
}

function readWindow(lms: Lms, req: Request, total: number): Window {
  const usual = lms.settings.get().rosterPageSize ?? lms.rules().rosterPageSize ?? Math.max(total, 1);
  const asked = Number(req.query.limit ?? 0);
  const mayAskMore = lms.rules().mode === 'moodle';
  const wanted = Number.isInteger(asked) && asked > 0 ? asked : usual;
  let size = mayAskMore ? wanted : Math.min(wanted, usual);
  const isPagingFault = (['rosterLoop', 'rosterCrossHost', 'rosterBroken'] as const).some((kind) =>
    lms.switches.isOn(kind, 'memberships'),
  );
  // Such a fault needs pages to show itself.
  if (isPagingFault) size = Math.min(size, Math.max(1, Math.ceil(total / 3)));
  const from = mayAskMore ? Number(req.query.from ?? 0) : (Number(req.query.page ?? 1) - 1) * size;
  return { from: Number.isInteger(from) && from > 0 ? from : 0, size };
}

function nextUrl(lms: Lms, req: Request, { from, size }: Window, total: number): string | null {
  if (from + size >= total && !lms.switches.isOn('rosterLoop', 'memberships')) return null;
  const url = new URL(req.originalUrl, lms.url);
  const isMoodle = lms.rules().mode === 'moodle';
  if (isMoodle) {
    url.searchParams.delete('role');
    url.searchParams.set('limit', String(size));
    url.searchParams.set('from', String(from + size));
  } else url.searchParams.set('page', String(Math.floor(from / size) + 2));
  if (from > 0 && lms.switches.strike('rosterLoop', 'memberships')) {
    url.searchParams.delete(isMoodle ? 'from' : 'page');
  }
  if (lms.switches.strike('rosterCrossHost', 'memberships')) return url.href.replace(lms.url, lms.frameUrl);
  return from + size >= total && url.searchParams.has(isMoodle ? 'from' : 'page') ? null : url.href;
}

interface Scene {
  course: Course;
  tool: Tool;
  link: Link | null;
}

function toMember(lms: Lms, { course, tool, link }: Scene, enrolment: Enrolment): Record<string, unknown> {
  const person = lms.people.get(enrolment.personId);
  const { mode } = lms.rules();
  const named = personClaims(lms, tool, person);
  return {
    status: 'Active',
    user_id: lms.subOf(person.id),
    roles: lms.rules().rosterRoles(enrolment.role),
    ...named,
    lis_person_sourcedid: person.sourcedId,
    ...(mode === 'moodle' && 'name' in named ? { ext_user_username: person.id } : {}),
    ...(link ? { message: [toMessage(lms, { course, tool, link }, person.id)] } : {}),
  };
}

function toMessage(lms: Lms, { course, link }: Scene, personId: string): Record<string, unknown> {
  const type = { [CLAIM.messageType]: 'LtiResourceLinkRequest' };
  if (lms.rules().mode === 'moodle' || !link) return { ...type, [CLAIM.basicOutcome]: {} };
  const scope = { lms, person: lms.people.get(personId), course, link, item: lms.columnOf(link.id) };
  return { ...type, locale: lms.settings.get().locale, [CLAIM.custom]: buildCustom(scope, link.custom) };
}
