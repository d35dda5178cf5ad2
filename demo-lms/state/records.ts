import { newGradebookRecords, type GradebookRecords } from './gradebook.ts';
import { randomText } from './ids.ts';
import type { Course, Link, Person, Tool } from './types.ts';

/** What an LMS knows for good: plain records, which its stores read and write in place. */
export interface LmsRecords {
  guid: string;
  /** The last number given to each kind of record. */
  counts: Map<string, number>;
  people: Map<string, Person>;
  courses: Map<string, Course>;
  links: Map<string, Link>;
  tools: Map<string, Tool>;
  gradebook: GradebookRecords;
}

export function newRecords(): LmsRecords {
  return {
    guid: randomText(16),
    counts: new Map(),
    people: new Map(),
    courses: new Map(),
    links: new Map(),
    tools: new Map(),
    gradebook: newGradebookRecords(),
  };
}
