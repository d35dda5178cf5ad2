import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Strand } from '../../../contract/content.ts';
import {
  DRAFT_MAX_BYTES,
  PartsConflict,
  studioEndpoints,
  type PartChange,
  type StudioDraft,
} from '../../../contract/studio.ts';
import { PATHWAY_PART, type Part, type PathwayPart } from '../../../contract/studioParts.ts';
import { StudioDraftModel } from '../../../server/features/studio/studio.model.ts';
import { useApp, type Caller } from '../../support/app.ts';

const world = useApp();
const STRAND: Strand = { key: 'blended', title: 'Blended design', art: 'rings' };

let one: Caller;
let other: Caller;
let id: string;
beforeEach(async () => {
  [one, other] = await Promise.all([
    world.launch('designer', world.links.pathway),
    world.launch('admin', world.links.pathway),
  ]);
  const source = { from: 'blank', pathwayKey: randomUUID(), title: 'Quick checks', strand: STRAND } as const;
  id = (await one.call(studioEndpoints.begin, { body: source })).body.draftId;
});

const open = async (caller = one): Promise<StudioDraft> =>
  (await caller.call(studioEndpoints.draft, { params: { id } })).body;
const save = (caller: Caller, changes: PartChange[], windowId: string = randomUUID()) =>
  caller.call(studioEndpoints.save, { params: { id }, body: { windowId, changes } });
const historyOf = async (partKey: string) =>
  (await one.call(studioEndpoints.history, { params: { id, partKey } })).body.rows;

async function head(): Promise<PathwayPart> {
  const part = (await open()).parts.find(({ key }) => key === PATHWAY_PART);
  if (part?.value?.type !== 'pathway') throw new Error('the draft has no part of its own');
  return part.value;
}

function aText(words: string, key: string = randomUUID()): { key: string; value: Part } {
  const paragraph = { type: 'paragraph' as const, content: [{ type: 'text' as const, text: words }] };
  const content = { type: 'doc' as const, content: [paragraph] };
  return { key, value: { type: 'block', block: { type: 'text', key, content } } };
}

describe('saving parts', () => {
  it('keeps what two people wrote in different parts', async () => {
    const [mine, theirs] = [aText('Mine'), aText('Theirs')];

    const saved = await Promise.all([
      save(one, [{ ...mine, baseRevision: 0 }]),
      save(other, [{ ...theirs, baseRevision: 0 }]),
    ]);

    expect(saved.map(({ status }) => status)).toEqual([200, 200]);
    const { parts } = await open();
    expect(parts.map(({ key }) => key)).toEqual(expect.arrayContaining([mine.key, theirs.key]));
  });

  it('refuses a change of a part that somebody changed since, and keeps both', async () => {
    const before = await head();
    const mine = { key: PATHWAY_PART, value: { ...before, title: 'Mine' } } as const;
    const theirs = { key: PATHWAY_PART, value: { ...before, title: 'Theirs' } } as const;
    await save(other, [{ ...theirs, baseRevision: 1 }]);

    const refused = await save(one, [{ ...mine, baseRevision: 1 }]);

    expect(refused).toMatchObject({ status: 409, error: { code: 'STUDIO_CONFLICT' } });
    const details = PartsConflict.parse(refused.error.details);
    expect(details.theirs).toMatchObject([
      { key: PATHWAY_PART, revision: 2, mine: false, value: theirs.value },
    ]);
    expect(await historyOf(PATHWAY_PART)).toMatchObject([
      { why: 'refused', value: mine.value },
      { why: 'replaced', value: before },
    ]);
    expect((await head()).title).toBe('Theirs');
  });

  it('saves all of its changes or none', async () => {
    const before = await head();
    const added = aText('New');
    await save(other, [{ key: PATHWAY_PART, value: { ...before, title: 'Theirs' }, baseRevision: 1 }]);

    await save(one, [
      { ...added, baseRevision: 0 },
      { key: PATHWAY_PART, value: { ...before, modules: [] }, baseRevision: 1 },
    ]);

    const draft = await open();
    expect(draft.revision).toBe(2);
    expect(draft.parts.map(({ key }) => key)).not.toContain(added.key);
  });

  it('succeeds again where its reply was lost', async () => {
    const windowId = randomUUID();
    const change = { ...aText('Once'), baseRevision: 0 };

    const first = await save(one, [change], windowId);
    const again = await save(one, [change], windowId);

    expect([first.status, again.status]).toEqual([200, 200]);
    expect((await open()).parts.filter(({ key }) => key === change.key)).toHaveLength(1);
  });

  it('removes a part, which stays in its history', async () => {
    const text = aText('To be removed');
    const { body } = await save(one, [{ ...text, baseRevision: 0 }]);

    await save(one, [{ key: text.key, value: null, baseRevision: body.revision }]);

    expect((await open()).parts.map(({ key }) => key)).not.toContain(text.key);
    expect(await historyOf(text.key)).toMatchObject([{ why: 'replaced', value: text.value }]);
  });

  it.each([
    [
      'a key that is not that of what it holds',
      (): PartChange[] => [{ ...aText('x'), key: randomUUID(), baseRevision: 0 }],
    ],
    [
      'the same part twice',
      () => {
        const text = { ...aText('x'), baseRevision: 0 };
        return [text, text];
      },
    ],
  ])('refuses %s', async (_name, changes) => {
    const refused = await save(one, changes());

    expect(refused).toMatchObject({ status: 400, error: { code: 'VALIDATION_FAILED' } });
    expect((await open()).revision).toBe(1);
  });

  it('stops before a draft is larger than anybody could use, and still lets it shrink', async () => {
    const { institutionId } = world;
    const text = aText('Still small');
    const { body } = await save(one, [{ ...text, baseRevision: 0 }]);
    await StudioDraftModel.updateOne({ institutionId, _id: id }, { $set: { bytes: DRAFT_MAX_BYTES } });

    const grown = await save(one, [{ ...aText('Too much'), baseRevision: 0 }]);
    const shrunk = await save(one, [{ key: text.key, value: null, baseRevision: body.revision }]);

    expect(grown).toMatchObject({ status: 413, error: { code: 'DRAFT_TOO_LARGE' } });
    expect(shrunk.status).toBe(200);
  });

  it('is over once the draft was put away', async () => {
    await one.call(studioEndpoints.discard, { params: { id } });

    const late = await save(one, [{ ...aText('Late'), baseRevision: 0 }]);

    expect(late.status).toBe(404);
  });

  it('gives every save a number of its own, so that nobody misses a change, however many save at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }), async (whose) => {
        const { revision: since } = await open();

        const saved = await Promise.all(
          whose.map((isMine) => save(isMine ? one : other, [{ ...aText('At once'), baseRevision: 0 }])),
        );

        const revisions = saved.map(({ body }) => body.revision).sort((a, b) => a - b);
        expect(revisions).toEqual(whose.map((_, at) => since + at + 1));
        const { body } = await one.call(studioEndpoints.changes, {
          params: { id },
          query: { since: String(since) },
        });
        expect(body.parts.map(({ revision }) => revision)).toEqual(revisions);
        expect(body.revision).toBe(since + whose.length);
      }),
      { numRuns: 8 },
    );
  });
});

describe('the others', () => {
  it('are those who were here in the last seconds, with where they are', async () => {
    const [mine, theirs] = [randomUUID(), randomUUID()];
    const report = (caller: Caller, windowId: string, part: string | null) =>
      caller.call(studioEndpoints.presence, { params: { id }, body: { windowId, part } });
    await report(other, theirs, PATHWAY_PART);

    const { body } = await report(one, mine, null);

    expect(body).toMatchObject({
      revision: 1,
      others: [{ windowId: theirs, isCaller: false, part: PATHWAY_PART }],
    });
  });
});
