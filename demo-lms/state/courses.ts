import { need } from './errors.ts';
import type { Course, CourseRole, Enrolment } from './types.ts';

export interface NewCourse {
  title: string;
  label?: string;
  history?: string[];
}

/** The courses and who is in them. */
export class Courses {
  #byId: Map<string, Course>;
  #count: (kind: string) => string;

  constructor(count: (kind: string) => string, records = new Map<string, Course>()) {
    this.#count = count;
    this.#byId = records;
  }

  add(input: NewCourse): Course {
    const id = this.#count('course');
    const label = input.label ?? `COURSE-${id}`;
    const course: Course = {
      id,
      label,
      title: input.title,
      sourcedId: `SIS-${label}`,
      history: input.history ?? [],
      concluded: false,
      enrolments: new Map(),
      deployments: new Map(),
    };
    this.#byId.set(id, course);
    return course;
  }

  find(id: string): Course | null {
    return this.#byId.get(id) ?? null;
  }

  get(id: string): Course {
    return need(this.find(id), `The course ${id}`);
  }

  list(): Course[] {
    return [...this.#byId.values()];
  }

  enrol(courseId: string, personId: string, role: CourseRole = 'learner'): Enrolment {
    const enrolment: Enrolment = { personId, role, suspended: false };
    this.get(courseId).enrolments.set(personId, enrolment);
    return enrolment;
  }

  enrolmentOf(courseId: string, personId: string): Enrolment | null {
    return this.get(courseId).enrolments.get(personId) ?? null;
  }

  suspend(courseId: string, personId: string, suspended = true): void {
    const enrolment = need(this.enrolmentOf(courseId, personId), 'The enrolment');
    enrolment.suspended = suspended;
  }

  /** Ends or reopens the course: an ended one takes no grades, where the mode has such a rule. */
  conclude(courseId: string, concluded = true): void {
    this.get(courseId).concluded = concluded;
  }
}
