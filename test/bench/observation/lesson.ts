import { observationEndpoints } from '../../../contract/observations.ts';
import type { NoteEdit } from '../../../contract/observationNotes.ts';
import { PersonModel } from '../../../server/features/launches/person.model.ts';
import { FIRST_SLOT, toRequest } from '../../support/observations.ts';
import type { Measured } from '../launch/measured.ts';
import { launch, send, type ToAsk } from '../page/asks.ts';
import type { BenchWorld } from '../page/world.ts';

const { act, addNotes, notesAfter, request } = observationEndpoints;

/** A lesson that somebody observes. */
export interface BenchLesson {
  add(edits: readonly NoteEdit[]): Promise<void>;
  /** Everything that the server has, in the order in which it came. */
  stored(): Promise<NoteEdit[]>;
}

async function personIdOf(institutionId: string, sub: string): Promise<string> {
  const person = await PersonModel.findOne({ institutionId, sub }).lean();
  if (!person) throw new Error(`${sub} has not launched`);
  return person._id;
}

function toLesson(url: string, ask: ToAsk, id: string): BenchLesson {
  return {
    add: async (edits) => void (await send(url, ask(addNotes, { params: { id }, body: { edits } }))),
    async stored() {
      const edits: NoteEdit[] = [];
      for (let [after, more] = [0, true]; more;) {
        const reply = notesAfter.reply.parse(
          JSON.parse(await send(url, ask(notesAfter, { params: { id, after: String(after) } }))),
        );
        edits.push(...reply.edits);
        [after, more] = [reply.n, reply.more];
      }
      return edits;
    },
  };
}

/** Makes one teacher ask so many others, who all accept. */
export async function makeLessons(
  world: BenchWorld,
  server: Measured,
  count: number,
): Promise<BenchLesson[]> {
  const teacher = await launch(world, server, { sub: 'observed' });
  const lessons: BenchLesson[] = [];
  for (let at = 0; at < count; at += 1) {
    const sub = `observer-${at}`;
    const observer = await launch(world, server, { sub });
    const body = toRequest(await personIdOf(world.joined.institutionId, sub));
    const { id } = request.reply.parse(JSON.parse(await send(server.url, teacher(request, { body }))));
    const step = { action: 'accept', slot: FIRST_SLOT };
    await send(server.url, observer(act, { params: { id }, body: { revision: 1, step } }));
    lessons.push(toLesson(server.url, observer, id));
  }
  return lessons;
}
