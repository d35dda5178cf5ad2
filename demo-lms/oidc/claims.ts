import type { LmsState } from '../state/lmsState.ts';
import { AGS_SCOPES, SCOPE } from '../state/tools.ts';
import type { Course, Launch, LineItem, Link, Person, Tool } from '../state/types.ts';
import { CLAIM } from './claimNames.ts';
import { buildCustom } from './variables.ts';

export type Claims = Record<string, unknown>;

interface Scene {
  lms: LmsState;
  launch: Launch;
  tool: Tool;
  person: Person;
  course: Course;
  link: Link | null;
  /** The one column of the link: null when there is none or, as in Moodle, several. */
  item: LineItem | null;
}

/** All claims of a launch's id_token but `nonce` (LTI 1.3 §5.3, DL 2.0 §4.4, submission review 1.0 §4). */
export function buildClaims(lms: LmsState, launch: Launch): Claims {
  const link = launch.linkId ? lms.links.get(launch.linkId) : null;
  const columns = link ? lms.gradebook.ofLink(link.id) : [];
  const scene: Scene = {
    lms,
    launch,
    tool: lms.tools.get(launch.toolId),
    person: lms.people.get(launch.personId),
    course: lms.courses.get(launch.courseId),
    link,
    item: columns.length === 1 && columns[0]?.kind === 'value' ? columns[0] : null,
  };
  return {
    ...tokenClaims(scene),
    ...personClaims(scene.lms, scene.tool, scene.person),
    ...placeClaims(scene),
    ...messageClaims(scene),
    ...serviceClaims(scene),
  };
}

/** Name and e-mail, as far as the LMS' privacy setting and the tool's registration allow. */
export function personClaims(lms: LmsState, tool: Tool, person: Person): Claims {
  const { privacy } = lms.settings.get();
  const all: Claims = {};
  if (privacy === 'public' || privacy === 'name_only') {
    Object.assign(all, { name: person.name, given_name: person.givenName, family_name: person.familyName });
  }
  if (privacy === 'public' || privacy === 'email_only') all.email = person.email;
  if (tool.claims === null) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => tool.claims?.includes(name)));
}

function tokenClaims({ lms, launch, tool }: Scene): Claims {
  const now = Math.floor(Date.now() / 1000);
  const ttl = lms.settings.get().idTokenTtlSeconds ?? lms.rules().idTokenTtlSeconds;
  const claims: Claims = {
    iss: lms.issuer(),
    aud: tool.clientId,
    sub: lms.subOf(launch.personId),
    iat: now,
    exp: now + ttl,
  };
  const { mode } = lms.rules();
  if (mode === 'canvas') claims.azp = tool.clientId;
  if (mode !== 'moodle') claims.locale = lms.settings.get().locale;
  return claims;
}

function placeClaims({ lms, launch, tool, person, course }: Scene): Claims {
  const enrolment = lms.courses.enrolmentOf(course.id, person.id);
  const rules = lms.rules();
  const isDeepLink = launch.messageType === 'LtiDeepLinkingRequest';
  const returnTo = launch.linkId ?? 'none';
  const isToldWay = !isDeepLink && lms.settings.get().returnUrl;
  return {
    [CLAIM.version]: '1.3.0',
    [CLAIM.messageType]: launch.messageType,
    [CLAIM.deploymentId]: lms.deploymentOf(course, tool.id),
    [CLAIM.roles]: rules.launchRoles(person, enrolment),
    [CLAIM.context]: {
      id: lms.contextIdOf(course.id),
      label: course.label,
      title: course.title,
      type: [
        rules.mode === 'moodle'
          ? 'CourseSection'
          : 'http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering',
      ],
    },
    [CLAIM.toolPlatform]: {
      guid: lms.guid,
      product_family_code: rules.productFamilyCode,
      version: rules.version,
      name: 'Demo LMS',
      description: 'A learning platform for trying out tools',
    },
    [CLAIM.launchPresentation]: {
      locale: lms.settings.get().locale,
      document_target: launch.documentTarget,
      ...(isToldWay ? { return_url: `${lms.url}/courses/${course.id}/return?link=${returnTo}` } : {}),
    },
    [CLAIM.lis]: { person_sourcedid: person.sourcedId, course_section_sourcedid: course.sourcedId },
  };
}

function messageClaims(scene: Scene): Claims {
  const { launch, tool } = scene;
  if (launch.messageType === 'LtiDeepLinkingRequest') return deepLinkingClaims(scene);
  const link = scene.link;
  const review = launch.messageType === 'LtiSubmissionReviewRequest' ? scene.item?.submissionReview : null;
  const custom = review?.custom ?? link?.custom ?? {};
  return {
    [CLAIM.targetLinkUri]: review?.url ?? link?.url ?? tool.targetLinkUri,
    [CLAIM.resourceLink]: link && {
      id: scene.lms.linkIdOf(link.id),
      title: link.title,
      ...(link.description ? { description: link.description } : {}),
    },
    [CLAIM.custom]: customOf(scene, custom),
    ...moodleExtras(scene),
    ...(launch.forPersonId ? { [CLAIM.forUser]: { user_id: scene.lms.subOf(launch.forPersonId) } } : {}),
  };
}

function customOf({ lms, person, course, link, item, tool }: Scene, own: Record<string, string>) {
  const scope = { lms, person, course, link, item };
  return link ? buildCustom(scope, own) : buildCustom(scope, { ...tool.customParameters, ...own });
}

function moodleExtras({ lms, person, tool, item }: Scene): Claims {
  if (lms.rules().mode !== 'moodle') return {};
  const isNamed = 'name' in personClaims(lms, tool, person);
  return {
    [CLAIM.ext]: { ...(isNamed ? { user_username: person.id } : {}), lms: 'moodle-2' },
    ...(item
      ? {
          [CLAIM.basicOutcome]: {
            lis_result_sourcedid: JSON.stringify({ data: { instanceid: item.id, userid: person.number } }),
            lis_outcome_service_url: `${lms.url}/mod/lti/service.php`,
          },
        }
      : {}),
  };
}

function deepLinkingClaims(scene: Scene): Claims {
  const { lms, launch, tool } = scene;
  const { acceptTypes, acceptMultiple, acceptLineItem, data } = lms.rules().deepLinking;
  const dialogue = launch.deepLinkId ? lms.launches.findDeepLink(launch.deepLinkId) : null;
  const id = launch.deepLinkId ?? '';
  const isMoodle = lms.rules().mode === 'moodle';
  return {
    [CLAIM.targetLinkUri]: tool.deepLinkingUri,
    [CLAIM.custom]: customOf(scene, {}),
    [CLAIM.deepLinkingSettings]: {
      accept_types: acceptTypes,
      accept_presentation_document_targets: isMoodle ? ['frame', 'iframe', 'window'] : ['iframe', 'window'],
      accept_multiple: lms.settings.get().acceptMultiple ?? acceptMultiple,
      auto_create: lms.rules().mode === 'canvas',
      deep_link_return_url: isMoodle
        ? `${lms.url}/mod/lti/contentitem_return.php?course=${launch.courseId}&id=${tool.id}&sesskey=${id}`
        : `${lms.url}/lti/deep-link-return/${id}`,
      ...(acceptLineItem ? { accept_lineitem: true } : {}),
      ...(data && dialogue ? { data: dialogue.data } : {}),
      title: tool.name,
      text: tool.description,
    },
  };
}

function serviceClaims({ lms, launch, tool, course, item }: Scene): Claims {
  const claims: Claims = {};
  const scope = AGS_SCOPES.filter((name) => tool.scopes.includes(name));
  if (scope.length > 0) {
    claims[CLAIM.ags] = {
      scope,
      lineitems: lms.lineItemsUrl(course.id, tool.id),
      ...(item && launch.linkId ? { lineitem: lms.lineItemUrl(item, tool.id) } : {}),
    };
  }
  const isFirst =
    launch.deepLinkId !== null && !lms.links.ofCourse(course.id).some((link) => link.toolId === tool.id);
  // Moodle names its roster in deep linking only once the course has an activity of the tool.
  if (tool.scopes.includes(SCOPE.roster) && !(isFirst && lms.rules().mode === 'moodle')) {
    claims[CLAIM.nrps] = {
      context_memberships_url: lms.rosterUrl(course.id, tool.id),
      service_versions: lms.rules().mode === 'moodle' ? ['1.0', '2.0'] : ['2.0'],
    };
  }
  return claims;
}
