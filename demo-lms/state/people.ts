import { need } from './errors.ts';
import type { Person } from './types.ts';

export interface NewPerson {
  id: string;
  name: string;
  siteAdmin?: boolean;
  testUser?: boolean;
}

/** All who have an account on this LMS. */
export class People {
  #byId: Map<string, Person>;
  #count: (kind: string) => string;

  constructor(count: (kind: string) => string, records = new Map<string, Person>()) {
    this.#count = count;
    this.#byId = records;
  }

  /** Adds a person; the last word of the name becomes the family name, the e-mail is made from the id. */
  add(input: NewPerson): Person {
    const words = input.name.split(' ');
    const familyName = words.length > 1 ? (words.at(-1) ?? '') : input.name;
    const person: Person = {
      id: input.id,
      number: this.#count('person'),
      name: input.name,
      givenName: words.slice(0, -1).join(' ') || input.name,
      familyName,
      email: `${input.id}@school.example`,
      sourcedId: `SIS-${input.id}`,
      siteAdmin: input.siteAdmin ?? false,
      testUser: input.testUser ?? false,
    };
    this.#byId.set(person.id, person);
    return person;
  }

  find(id: string): Person | null {
    return this.#byId.get(id) ?? null;
  }

  get(id: string): Person {
    return need(this.find(id), `The person "${id}"`);
  }

  list(): Person[] {
    return [...this.#byId.values()];
  }

  get size(): number {
    return this.#byId.size;
  }
}
