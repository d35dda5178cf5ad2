import { randomUUID } from 'node:crypto';
import { NOTE_EDITS_MAX, type NoteEdit } from '../../contract/observationNotes.ts';
import {
  observationEndpoints,
  type ObservationAction,
  type ObservationView,
} from '../../contract/observations.ts';
import { sessionEndpoints } from '../../contract/sessions.ts';
import type { NotesServer } from '../../client/src/features/observations/notes/lessonNotes.ts';
import type { Answer, Caller, District } from './app.ts';

const { act, addNotes, notesAfter, read, request } = observationEndpoints;

/** Two times that suit, in a month in which nobody runs these tests. */
const SLOTS = [
  { from: '2027-02-01T09:00:00.000Z', until: '2027-02-01T09:45:00.000Z' },
  { from: '2027-02-02T09:00:00.000Z', until: '2027-02-02T09:45:00.000Z' },
] as const;
export const [FIRST_SLOT, SECOND_SLOT] = SLOTS;

export const FOCUS = 'Do I wait long enough after a question?';

export const personIdOf = async (caller: Caller): Promise<string> =>
  (await caller.call(sessionEndpoints.get)).body.person.id;

export const toRequest = (observerId: string) => ({
  observerId,
  focus: FOCUS,
  classContext: 'Year 8, fractions, 24 pupils.',
  slots: [...SLOTS],
});

/** A lesson between two teachers of the same course. */
export class Visit {
  readonly teacher: Caller;
  readonly observer: Caller;
  readonly observerId: string;
  readonly id: string;

  constructor(people: Pick<Visit, 'teacher' | 'observer' | 'observerId' | 'id'>) {
    this.teacher = people.teacher;
    this.observer = people.observer;
    this.observerId = people.observerId;
    this.id = people.id;
  }

  get params(): { id: string } {
    return { id: this.id };
  }

  async view(caller: Caller = this.teacher): Promise<ObservationView> {
    return (await caller.call(read, { params: this.params })).body;
  }

  /** Takes a step on what stands now. */
  async take(caller: Caller, step: ObservationAction, revision?: number): Promise<Answer<{ state: string }>> {
    const base = revision ?? (await this.view(caller)).revision;
    return caller.call(act, { params: this.params, body: { revision: base, step } });
  }

  /** Up to the given state, each step by whose it is. */
  async reach(state: 'scheduled' | 'observing' | 'draft' | 'shared' | 'reflected'): Promise<this> {
    const steps: [string, Caller, ObservationAction][] = [
      ['scheduled', this.observer, { action: 'accept', slot: FIRST_SLOT }],
      ['observing', this.observer, { action: 'begin', elapsedMs: 0 }],
      ['draft', this.observer, { action: 'finish' }],
      ['shared', this.observer, { action: 'share' }],
      ['reflected', this.teacher, { action: 'answer' }],
    ];
    for (const [reached, caller, step] of steps) {
      const { status, error } = await this.take(caller, step);
      if (status !== 200) throw new Error(`${step.action} was answered by ${error.code}`);
      if (reached === state) break;
    }
    return this;
  }

  add(edits: NoteEdit[], caller: Caller = this.observer): Promise<Answer<{ n: number }>> {
    return caller.call(addNotes, { params: this.params, body: { edits } });
  }

  /** The server as a device of the observer reaches it. */
  asServer(): NotesServer {
    const must = async <T>(answer: Promise<Answer<T>>): Promise<T> => {
      const { status, body, error } = await answer;
      if (status !== 200) throw new Error(`answered by ${error.code}`);
      return body;
    };
    return {
      begin: async (elapsedMs) => {
        if ((await this.view(this.observer)).startedAt === null)
          await this.take(this.observer, { action: 'begin', elapsedMs });
      },
      add: (edits) => must(this.add([...edits])),
      after: (n) => must(this.observer.call(notesAfter, { params: { ...this.params, after: String(n) } })),
    };
  }
}

/** Asks one teacher to observe another. */
export async function requestVisit(
  district: District,
  [teacherId, observerId]: readonly [string, string] = ['teacher-1', 'teacher-2'],
): Promise<Visit> {
  const observer = await district.launch(observerId, district.links.module);
  const teacher = await district.launch(teacherId, district.links.module);
  const personId = await personIdOf(observer);
  const { body } = await teacher.call(request, { body: toRequest(personId) });
  return new Visit({ teacher, observer, observerId: personId, id: body.id });
}

export function aNote(text: string, elapsedMs = 0): NoteEdit {
  return {
    id: randomUUID(),
    lineId: randomUUID(),
    replaces: [],
    value: {
      text,
      stamp: { elapsedMs, isEstimated: false },
      itemKeys: [],
      isInterpretation: false,
      isMarked: false,
    },
  };
}

/** A long lesson, in as few requests as it can be sent in. */
export function toBatches(edits: readonly NoteEdit[]): NoteEdit[][] {
  const batches: NoteEdit[][] = [];
  for (let at = 0; at < edits.length; at += NOTE_EDITS_MAX)
    batches.push(edits.slice(at, at + NOTE_EDITS_MAX));
  return batches;
}
