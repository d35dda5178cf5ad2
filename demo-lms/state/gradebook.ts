import { need } from './errors.ts';
import type { Grade, LineItem } from './types.ts';

export type NewLineItem = Pick<LineItem, 'courseId' | 'label' | 'scoreMaximum'> &
  Partial<Omit<LineItem, 'id'>>;

/** The columns by id, and the grades by column and person. */
export interface GradebookRecords {
  items: Map<string, LineItem>;
  grades: Map<string, Map<string, Grade>>;
}

export function newGradebookRecords(): GradebookRecords {
  return { items: new Map(), grades: new Map() };
}

/** Columns and grades of all courses. What a tool's score does to them is for the mode's score rules. */
export class Gradebook {
  #items: Map<string, LineItem>;
  #grades: Map<string, Map<string, Grade>>;
  #count: (kind: string) => string;

  constructor(count: (kind: string) => string, { items, grades }: GradebookRecords = newGradebookRecords()) {
    this.#count = count;
    this.#items = items;
    this.#grades = grades;
  }

  addLineItem(input: NewLineItem): LineItem {
    const item: LineItem = {
      toolId: null,
      linkId: null,
      resourceId: null,
      tag: null,
      submissionReview: null,
      startDateTime: null,
      endDateTime: null,
      extensions: {},
      locked: false,
      coupled: false,
      kind: 'value',
      allowedAttempts: null,
      ...input,
      id: this.#count('lineItem'),
    };
    this.#items.set(item.id, item);
    return item;
  }

  findLineItem(id: string): LineItem | null {
    return this.#items.get(id) ?? null;
  }

  getLineItem(id: string): LineItem {
    return need(this.findLineItem(id), `The column ${id}`);
  }

  ofCourse(courseId: string): LineItem[] {
    return [...this.#items.values()].filter((item) => item.courseId === courseId);
  }

  ofLink(linkId: string): LineItem[] {
    return [...this.#items.values()].filter((item) => item.linkId === linkId);
  }

  /** Deletes the column with its grades. */
  removeLineItem(id: string): void {
    this.#items.delete(id);
    this.#grades.delete(id);
  }

  /** Changes the points of a column; every grade keeps its share. */
  rescale(id: string, scoreMaximum: number): void {
    const item = this.getLineItem(id);
    const factor = item.scoreMaximum > 0 ? scoreMaximum / item.scoreMaximum : 1;
    item.scoreMaximum = scoreMaximum;
    for (const grade of this.gradesOf(id)) {
      if (grade.score !== null) grade.score *= factor;
    }
  }

  findGrade(lineItemId: string, personId: string): Grade | null {
    return this.#grades.get(lineItemId)?.get(personId) ?? null;
  }

  gradesOf(lineItemId: string): Grade[] {
    return [...(this.#grades.get(lineItemId)?.values() ?? [])];
  }

  /** The grade to write to: the one that is there, or a new empty one. */
  openGrade(lineItemId: string, personId: string): Grade {
    const found = this.findGrade(lineItemId, personId);
    if (found) return found;
    const grade: Grade = {
      lineItemId,
      personId,
      score: null,
      given: null,
      comment: null,
      timestamp: null,
      activityProgress: null,
      gradingProgress: null,
      overridden: false,
      attempts: [],
    };
    const column = this.#grades.get(lineItemId) ?? new Map<string, Grade>();
    column.set(personId, grade);
    this.#grades.set(lineItemId, column);
    return grade;
  }

  /** A teacher types a grade into the cell; null clears it. */
  override(lineItemId: string, personId: string, score: number | null): Grade {
    const item = this.getLineItem(lineItemId);
    const grade = this.openGrade(lineItemId, personId);
    grade.score = score;
    grade.given = score === null ? null : { score, maximum: item.scoreMaximum };
    grade.overridden = true;
    grade.timestamp = new Date().toISOString();
    return grade;
  }

  /** Takes back a teacher's change, so that the tool's next score counts again. */
  releaseOverride(lineItemId: string, personId: string): void {
    need(this.findGrade(lineItemId, personId), 'The grade').overridden = false;
  }

  removeGrade(lineItemId: string, personId: string): void {
    this.#grades.get(lineItemId)?.delete(personId);
  }

  lock(lineItemId: string, locked = true): void {
    this.getLineItem(lineItemId).locked = locked;
  }
}
