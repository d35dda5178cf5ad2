import { describe, expect, it } from '@jest/globals';
import { Headers } from 'undici';
import { z } from 'zod';
import { freeOf } from '../../server/features/grades/columns/findLineItem.ts';
import { readPages } from '../../server/lti/pagedList.ts';
import { SLICE_SIZE, readList } from '../../server/lti/received.ts';
import type { OutboundResponse } from '../../server/lti/outbound.ts';
import type { Outcome } from '../../server/lti/serviceFault.ts';

const Member = z.object({ id: z.string() });
const many = (count: number): { id: string }[] => Array<{ id: string }>(count).fill({ id: '1' });

/** Turns that others have until something has come to its end. */
async function turnsUntil(running: Promise<unknown>): Promise<number> {
  let [turns, over] = [0, false];
  const tick = (): void => {
    turns += 1;
    if (!over) setImmediate(tick);
  };
  setImmediate(tick);
  await running;
  over = true;
  return turns;
}

/** An LMS whose every page has so many members, and a next one. */
const endless =
  (members: number) =>
  (url: string): Promise<Outcome<OutboundResponse>> => {
    const next = `https://lms.example/list?page=${Number(new URL(url).searchParams.get('page')) + 1}`;
    const headers = new Headers({ link: `<${next}>; rel="next"` });
    const value = { status: 200, statusText: '', headers, body: JSON.stringify(many(members)) };
    return Promise.resolve({ ok: true, value, status: 200, milliseconds: 1, pauseMs: 0 });
  };
const first = 'https://lms.example/list';

describe('a list of an LMS, however long', () => {
  it('leaves others their turns while its members are read', async () => {
    const turns = await turnsUntil(readList(Member, many(100_000)));

    expect(turns).toBeGreaterThan(100_000 / SLICE_SIZE / 2);
  });

  it('is taken whole where a page has more members than a call may have arguments', async () => {
    const list = await readPages(first, {
      schema: Member,
      get: endless(190_000),
      linked: false,
    });

    expect(list).toMatchObject({ ok: true, value: { skipped: 0, broken: null } });
    expect(list.ok && list.value.items).toHaveLength(190_000);
  });

  it('is broken off where it goes on behind more members than any course has', async () => {
    const list = await readPages(first, { schema: Member, get: endless(90_000), linked: true });

    expect(list).toMatchObject({ ok: true, value: { broken: { fault: null } } });
    expect(list.ok && list.value.items).toHaveLength(270_000);
  });

  it('of line items is held against those that are taken in one pass', () => {
    const items = Array.from({ length: 20_000 }, (_, n) => ({
      id: `https://lms.example/lineitems/${n}`,
      label: '',
      scoreMaximum: 10,
      resourceId: null,
      resourceLinkId: null,
      tag: null,
    }));
    const taken = new Set(items.slice(0, 2_000).map(({ id }) => `${id}?type_id=2`));

    const free = freeOf(items, taken);

    expect(free).toHaveLength(18_000);
  });
});
