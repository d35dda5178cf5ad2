import { z } from 'zod';
import { NoteEdit } from '../../../../../contract/observationNotes.ts';
import type { DeviceStore, StoredWhere } from '../../../storage/deviceStore.ts';
import type { KeptEntry } from '../../../storage/kept.ts';
import { ClockMark } from './lessonClock.ts';

/** Edits that the server does not have; signing off asks before they are lost (`storage/listUnsent.ts`). */
const UNSENT = 'lesson-note';
const SENT = 'lesson-note-sent';
const LESSON = 'lesson';

const Lesson = z.strictObject({
  /** Up to which batch this device knows what the server has. */
  known: z.number().int().min(0),
  /** Null until the lesson begins. */
  clock: ClockMark.nullable(),
  /** The server knows that it began. */
  isBegun: z.boolean(),
});
export type Lesson = z.infer<typeof Lesson>;

export interface FoundNotes {
  lesson: Lesson | null;
  sent: NoteEdit[];
  unsent: NoteEdit[];
}

/** The notes of one lesson on this device. What is written together is on the disk together, or not at all. */
export class NotesDevice {
  readonly #store: DeviceStore;
  readonly #observationId: string;

  constructor(store: DeviceStore, observationId: string) {
    this.#store = store;
    this.#observationId = observationId;
  }

  /** Whether what is put survives a reload. */
  kept(): StoredWhere {
    return this.#store.kept();
  }

  /** What earlier pages left. Entries that an older version wrote in another form are skipped. */
  async read(): Promise<FoundNotes> {
    const [lesson, sent, unsent] = await Promise.all([
      this.#store.get(this.#lessonId()),
      this.#store.list(SENT),
      this.#store.list(UNSENT),
    ]);
    const known = Lesson.safeParse(lesson?.value);
    return { lesson: known.success ? known.data : null, sent: this.#own(sent), unsent: this.#own(unsent) };
  }

  putUnsent(edit: NoteEdit, lesson: Lesson): Promise<StoredWhere> {
    return this.#store.putAll([this.#toEntry(UNSENT, edit), this.#toLesson(lesson)]);
  }

  /** The server has these edits: from this device or from another one. */
  putSent(edits: readonly NoteEdit[], lesson: Lesson): Promise<StoredWhere> {
    return this.#store.putAll([...edits.map((edit) => this.#toEntry(SENT, edit)), this.#toLesson(lesson)]);
  }

  putLesson(lesson: Lesson): Promise<StoredWhere> {
    return this.#store.put(this.#toLesson(lesson));
  }

  #lessonId(): string {
    return `${LESSON}:${this.#observationId}`;
  }

  // one id for an edit, sent or not: that it was sent replaces that it was not
  #prefix(): string {
    return `note:${this.#observationId}/`;
  }

  #toEntry(kind: string, edit: NoteEdit): KeptEntry {
    const id = `${this.#prefix()}${edit.lineId}/${edit.id}`;
    return { id, kind, value: edit, at: new Date().toISOString() };
  }

  #toLesson(lesson: Lesson): KeptEntry {
    return { id: this.#lessonId(), kind: LESSON, value: lesson, at: new Date().toISOString() };
  }

  #own(entries: readonly KeptEntry[]): NoteEdit[] {
    return entries.flatMap(({ id, value }) => {
      const edit = id.startsWith(this.#prefix()) ? NoteEdit.safeParse(value) : null;
      return edit?.success ? [edit.data] : [];
    });
  }
}
