import { need } from './errors.ts';
import type { Link } from './types.ts';

export type NewLink = Pick<Link, 'courseId' | 'toolId' | 'title'> & Partial<Omit<Link, 'id'>>;

/** The activities of all courses. Their columns are in the gradebook. */
export class Links {
  #byId: Map<string, Link>;
  #count: (kind: string) => string;

  constructor(count: (kind: string) => string, records = new Map<string, Link>()) {
    this.#count = count;
    this.#byId = records;
  }

  add(input: NewLink): Link {
    const link: Link = {
      description: '',
      url: null,
      custom: {},
      hidden: false,
      iconUrl: null,
      extras: {},
      history: [],
      ...input,
      id: this.#count('link'),
    };
    this.#byId.set(link.id, link);
    return link;
  }

  find(id: string): Link | null {
    return this.#byId.get(id) ?? null;
  }

  get(id: string): Link {
    return need(this.find(id), `The activity ${id}`);
  }

  ofCourse(courseId: string): Link[] {
    return [...this.#byId.values()].filter((link) => link.courseId === courseId);
  }

  list(): Link[] {
    return [...this.#byId.values()];
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }
}
