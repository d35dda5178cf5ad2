import type { SignOptions } from './state/keys.ts';
import { LmsState } from './state/lmsState.ts';
import type { NewTool } from './state/tools.ts';
import type { NewLineItem } from './state/gradebook.ts';
import type { Course, CourseRole, Launch, LineItem, Link, Person, Tool } from './state/types.ts';
import { CLAIM } from './oidc/claimNames.ts';
import { buildClaims, type Claims } from './oidc/claims.ts';

export interface EmbedInput extends Partial<Omit<Link, 'id' | 'courseId' | 'toolId'>> {
  courseId: string;
  toolId: string;
  /** The activity's column; absent: it is not graded. */
  lineItem?: Partial<NewLineItem> & { scoreMaximum: number };
}

export interface LaunchInput {
  personId: string;
  linkId: string;
  forPersonId?: string;
  documentTarget?: Launch['documentTarget'];
}

/** How a tool's login is asked for: send `params` to `url`. */
export interface LoginRequest {
  url: string;
  method: 'post' | 'get';
  params: Record<string, string>;
}

/** The LMS as programs use it: its state, and what people and tests do with it. */
export class Lms extends LmsState {
  registerTool(input: NewTool): Tool {
    return this.tools.register(input);
  }

  /** Adds learners `<prefix>-1` … `<prefix>-n` and enrols them. */
  addPeople(courseId: string, count: number, prefix = 'learner', role: CourseRole = 'learner'): Person[] {
    return Array.from({ length: count }, (_, index) => {
      const word = prefix.charAt(0).toUpperCase() + prefix.slice(1);
      const person = this.people.add({ id: `${prefix}-${index + 1}`, name: `${word} ${index + 1}` });
      this.courses.enrol(courseId, person.id, role);
      return person;
    });
  }

  /** Puts an activity into a course, with its column if it is graded. */
  embed({ lineItem, ...input }: EmbedInput): Link {
    const title = input.title ?? this.tools.get(input.toolId).name;
    const link = this.links.add({ ...input, title });
    if (lineItem) {
      this.gradebook.addLineItem({
        label: title,
        ...lineItem,
        courseId: link.courseId,
        toolId: link.toolId,
        linkId: link.id,
        coupled: true,
      });
    }
    return link;
  }

  /** The first column of an activity, or null. */
  columnOf(linkId: string): LineItem | null {
    return this.gradebook.ofLink(linkId)[0] ?? null;
  }

  /** Removes an activity and its columns, as a teacher does. */
  removeLink(linkId: string): void {
    for (const item of this.gradebook.ofLink(linkId)) this.gradebook.removeLineItem(item.id);
    this.links.remove(linkId);
  }

  /** Ends an enrolment. In Moodle the person's grades of that course go with it. */
  unenrol(courseId: string, personId: string): void {
    this.courses.get(courseId).enrolments.delete(personId);
    if (this.settings.get().mode !== 'moodle') return;
    for (const item of this.gradebook.ofCourse(courseId)) this.gradebook.removeGrade(item.id, personId);
  }

  /** Copies an activity within its course: new ids, the same custom values, resource id and tag. */
  duplicateLink(linkId: string): Link {
    const link = this.links.get(linkId);
    return this.#copyLink(link, link.courseId, `${link.title} (copy)`);
  }

  /** Copies a course with its activities and columns, without people's work; staff come along. */
  copyCourse(courseId: string): Course {
    const from = this.courses.get(courseId);
    const copy = this.courses.add({
      title: `${from.title} (copy)`,
      label: `${from.label}-C`,
      history: [from.id, ...from.history],
    });
    for (const [personId, { role }] of from.enrolments) {
      if (role !== 'learner') this.courses.enrol(copy.id, personId, role);
    }
    for (const link of this.links.ofCourse(courseId)) this.#copyLink(link, copy.id, link.title);
    for (const item of this.gradebook.ofCourse(courseId)) {
      if (item.linkId === null) this.gradebook.addLineItem({ ...item, courseId: copy.id });
    }
    return copy;
  }

  #copyLink(link: Link, courseId: string, title: string): Link {
    const copy = this.links.add({ ...link, courseId, title, history: [link.id, ...link.history] });
    for (const item of this.gradebook.ofLink(link.id)) {
      this.gradebook.addLineItem({ ...item, courseId, linkId: copy.id });
    }
    return copy;
  }

  /** Opens a launch of an activity; with `forPersonId` it is a submission review of that person's work. */
  openLaunch({ personId, linkId, forPersonId, documentTarget = 'iframe' }: LaunchInput): Launch {
    const link = this.links.get(linkId);
    return this.launches.open({
      messageType: forPersonId ? 'LtiSubmissionReviewRequest' : 'LtiResourceLinkRequest',
      toolId: link.toolId,
      personId,
      courseId: link.courseId,
      linkId,
      deepLinkId: null,
      forPersonId: forPersonId ?? null,
      documentTarget,
    });
  }

  /** Opens a deep linking dialogue of a tool in a course. */
  openDeepLink(input: { personId: string; courseId: string; toolId: string }): Launch {
    const dialogue = this.launches.openDeepLink(input);
    return this.launches.open({
      ...input,
      messageType: 'LtiDeepLinkingRequest',
      linkId: null,
      deepLinkId: dialogue.id,
      forPersonId: null,
      documentTarget: 'iframe',
    });
  }

  /** The request that starts the tool's login for a launch (LTI 1.3 §4.1, platform storage §3). */
  loginRequest(launch: Launch): LoginRequest {
    const tool = this.tools.get(launch.toolId);
    const rules = this.rules();
    const deployment = this.deploymentOf(this.courses.get(launch.courseId), tool.id);
    const claims = buildClaims(this, launch);
    const params: Record<string, string> = {
      iss: this.issuer(),
      target_link_uri: String(claims[CLAIM.targetLinkUri]),
      login_hint: this.subOf(launch.personId),
      lti_message_hint: this.messageHint(launch),
      client_id: tool.clientId,
      lti_deployment_id: deployment,
    };
    if (rules.storageTarget) params.lti_storage_target = rules.storageTarget;
    if (rules.mode === 'canvas') {
      Object.assign(params, {
        deployment_id: deployment,
        canvas_region: 'us-east-1',
        canvas_environment: 'prod',
      });
    }
    const method = this.settings.get().loginMethod ?? rules.loginMethod;
    return { url: tool.initiateLoginUri, method, params };
  }

  /** Moodle's hint is a JSON text, which a tool must hand back unchanged; the others' is opaque. */
  messageHint(launch: Launch): string {
    const { mode } = this.rules();
    if (mode === 'canvas' || mode === 'schoology') return launch.hint;
    const cmid = launch.linkId ? Number(launch.linkId) : Number(launch.courseId);
    return JSON.stringify({ cmid, launchid: launch.hint });
  }

  findLaunchByHint(messageHint: string): Launch | null {
    const direct = this.launches.find(messageHint);
    if (direct) return direct;
    const launchId = /"launchid":"([^"]+)"/.exec(messageHint)?.[1];
    const launch = launchId ? this.launches.find(launchId) : null;
    return launch && this.messageHint(launch) === messageHint ? launch : null;
  }

  /**
   * The claims of a good launch of this activity by this person, for tests that forge or change them.
   * `nonce` is missing: add the one of the tool's authorization request. An override of `undefined` takes
   * a claim away.
   */
  claimsFor(linkId: string, personId: string, overrides: Claims = {}): Claims {
    const claims = { ...buildClaims(this, this.openLaunch({ linkId, personId })), ...overrides };
    return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  }

  /** Signs an id_token; see SignOptions for all that can be wrong with it. */
  signIdToken(claims: Claims, options: SignOptions = {}): Promise<string> {
    return this.keys.sign(claims, options);
  }

  /** Signs with a new key from now on; gives its kid. */
  rotateKey(options: { dropOld?: boolean; sameKid?: boolean } = {}): Promise<string> {
    return this.keys.rotate(options);
  }
}
