import { rulesOf } from '../modes/modes.ts';
import type { EndpointPaths, ModeRules } from '../modes/mode.ts';
import { Courses } from './courses.ts';
import { Gradebook } from './gradebook.ts';
import { createCounter } from './ids.ts';
import type { Keys } from './keys.ts';
import { Launches } from './launches.ts';
import { Links } from './links.ts';
import { People } from './people.ts';
import { newRecords, type LmsRecords } from './records.ts';
import { RequestLog } from './requestLog.ts';
import { Settings, type SettingValues } from './settings.ts';
import { Switches } from './switches.ts';
import { Tokens } from './tokens.ts';
import { Tools } from './tools.ts';
import type { Course, LineItem, Link, Person } from './types.ts';

export interface StateOptions {
  keys: Keys;
  settings?: Partial<SettingValues>;
  random?: () => number;
  /** What a former run kept; absent: an empty LMS. */
  records?: LmsRecords;
}

/** All that one LMS knows, and the names under which the outside knows it. */
export class LmsState {
  /** Set when the LMS listens; without a slash at the end. */
  url = '';
  /** Another origin: Canvas' authorization and platform storage. */
  frameUrl = '';
  readonly guid: string;
  readonly keys: Keys;
  readonly settings: Settings;
  readonly switches: Switches;
  readonly requests = new RequestLog();
  readonly tokens = new Tokens();
  readonly launches = new Launches();
  readonly people: People;
  readonly courses: Courses;
  readonly links: Links;
  readonly tools: Tools;
  readonly gradebook: Gradebook;
  readonly #records: LmsRecords;
  #bySub: { mode: string; size: number; map: Map<string, Person> } | null = null;

  constructor({ keys, settings, random, records = newRecords() }: StateOptions) {
    const count = createCounter(records.counts);
    this.#records = records;
    this.guid = records.guid;
    this.keys = keys;
    this.settings = new Settings(settings);
    this.switches = new Switches(random);
    this.people = new People(count, records.people);
    this.courses = new Courses(count, records.courses);
    this.links = new Links(count, records.links);
    this.tools = new Tools(count, records.tools);
    this.gradebook = new Gradebook(count, records.gradebook);
  }

  /** All that outlives a restart. Sessions under way (launches, tokens), faults and the log of calls don't. */
  records(): Readonly<LmsRecords> {
    return this.#records;
  }

  rules(): ModeRules {
    return rulesOf(this.settings.get().mode);
  }

  issuer(): string {
    return this.settings.get().issuer ?? this.url;
  }

  endpoint(name: keyof EndpointPaths): string {
    const rules = this.rules();
    const host = name === 'authorization' && rules.authorizationOnFrameHost ? this.frameUrl : this.url;
    return host + rules.paths[name];
  }

  /** The `sub` under which tools know a person. Moodle has no test user: it is a teacher in a learner's role. */
  subOf(personId: string): string {
    const person = this.people.get(personId);
    if (person.testUser && this.settings.get().mode === 'moodle') {
      const teacher = this.#firstInstructor();
      if (teacher) return teacher.number;
    }
    return this.rules().subOf(this.guid, person);
  }

  /** The person whom a tool means by `sub`. */
  findBySub(sub: string): Person | null {
    const { mode } = this.settings.get();
    if (this.#bySub?.mode !== mode || this.#bySub.size !== this.people.size) {
      const entries = this.people
        .list()
        .map((person): [string, Person] => [this.rules().subOf(this.guid, person), person]);
      this.#bySub = { mode, size: this.people.size, map: new Map(entries) };
    }
    return this.#bySub.map.get(sub) ?? null;
  }

  contextIdOf(courseId: string): string {
    return this.rules().contextIdOf(this.guid, courseId);
  }

  linkIdOf(linkId: string): string {
    return this.rules().linkIdOf(this.guid, linkId);
  }

  /** The activity of this course that a tool knows as `externalId`. */
  findLinkByExternalId(courseId: string, externalId: string): Link | null {
    return this.links.ofCourse(courseId).find((link) => this.linkIdOf(link.id) === externalId) ?? null;
  }

  lineItemsUrl(courseId: string, toolId: string): string {
    return this.url + this.rules().lineItemsPath(courseId, toolId);
  }

  lineItemUrl(item: LineItem, toolId: string): string {
    return this.url + this.rules().lineItemPath(item.courseId, item.id, toolId);
  }

  rosterUrl(courseId: string, toolId: string): string {
    return this.url + this.rules().rosterPath(courseId, toolId);
  }

  deploymentOf(course: Course, toolId: string): string {
    return course.deployments.get(toolId) ?? this.tools.get(toolId).deployments[0] ?? '1';
  }

  #firstInstructor(): Person | null {
    for (const course of this.courses.list()) {
      for (const enrolment of course.enrolments.values()) {
        if (enrolment.role === 'instructor') return this.people.find(enrolment.personId);
      }
    }
    return null;
  }
}

/** Puts one path segment before a URL's query: Moodle's line items have a query (`…/lineitem?type_id=2`). */
export function withSegment(url: string, segment: string): string {
  const at = url.indexOf('?');
  return at < 0 ? `${url}/${segment}` : `${url.slice(0, at)}/${segment}${url.slice(at)}`;
}
