import { expect, test } from '@playwright/test';
import { documentOf } from '../../contract/richText.ts';
import { attemptEndpoints } from '../../contract/attempts.ts';
import { ListApi } from '../client/reviews/listApi.ts';
import {
  aDraft,
  aReceipt,
  aReturned,
  attemptId,
  moduleAt,
  submissionId,
} from '../client/support/teacherWork.ts';
import { PAPER_WIDTHS, sheetsOf, textsOnPaper } from './support/onPaper.ts';
import { openStaged, type Stage } from './support/staged.ts';
import { fullWorkspace, STAGES, workApi } from './support/stagedPages.ts';

const alone = (stage: Stage): Stage => ({ ...stage, framed: false });
const receiptOf = (over: Parameters<typeof aReceipt>[0] = {}): Stage => {
  const api = new ListApi();
  api.on(attemptEndpoints.receipt, () => aReceipt(over));
  return alone({ at: `/submissions/${submissionId}`, api });
};
const { criteria } = moduleAt(0);
const descriptors = criteria.flatMap(({ levels }) => levels.map(({ descriptor }) => descriptor));

/** How often each of these stands among the texts. */
const timesIn = (texts: readonly string[], wanted: readonly string[]) =>
  Object.fromEntries(
    wanted.map((text) => [text, texts.join(' \n ').split(text.replace(/\s+/g, ' ').trim()).length - 1]),
  );
const onceEach = (wanted: readonly string[]) => Object.fromEntries(wanted.map((text) => [text, 1]));

test.describe('the receipt on paper', () => {
  for (const width of PAPER_WIDTHS) {
    for (const state of ['waiting', 'in_review', 'approved'] as const) {
      test(`holds each thing once, ${width} px wide, ${state}`, async ({ page }) => {
        const receipt = aReceipt({ state });
        const frame = await openStaged(page, receiptOf({ state }));

        const texts = await textsOnPaper(page, frame, width);

        const fingerprints = [receipt.digest, ...receipt.pieces.map(({ sha256 }) => sha256)];
        const wanted = [
          receipt.moduleTitle,
          ...receipt.pieces.map(({ title }) => title),
          ...fingerprints,
          `Submission ${receipt.code}`,
        ];
        expect(timesIn(texts, wanted)).toEqual(onceEach(wanted));
        expect(
          texts.filter((text, n) => texts.indexOf(text) !== n),
          'no text stands there twice',
        ).toEqual([]);
        expect(texts.join(' '), 'a fingerprint is not there short as well').not.toContain('…');
      });
    }
  }

  test('is one sheet, also while the menu that prints it is open', async ({ page }) => {
    const frame = await openStaged(page, receiptOf());
    const shut = await textsOnPaper(page, frame, 658);
    await page.emulateMedia({ media: 'screen' });
    await frame.getByRole('button', { name: 'More' }).click();
    await frame.getByRole('menuitem', { name: 'Print' }).waitFor();

    const open = await textsOnPaper(page, frame, 658);

    expect(open).toEqual(shut);
    await page.emulateMedia({ media: null });
    expect(await sheetsOf(page)).toBe(1);
  });

  test('of a grade is printed alone, and once', async ({ page }) => {
    const [map] = STAGES.map;
    if (!map) throw new Error('there is no map');
    const frame = await openStaged(page, alone(map));
    await frame.getByRole('button', { name: 'Receipt' }).first().click();
    await frame.getByRole('dialog').getByText('Every try').waitFor();

    const texts = await textsOnPaper(page, frame, 658);

    expect(timesIn(texts, ['Your grade’s receipt', 'Every try, newest first', 'Modules of'])).toEqual({
      'Your grade’s receipt': 1,
      'Every try, newest first': 1,
      'Modules of': 0,
    });
  });
});

const MODULES: readonly [string, Stage][] = [
  ['worked on', { at: `/modules/${attemptId}`, api: workApi(fullWorkspace()) }],
  ['with a reviewer', { at: `/modules/${attemptId}`, api: workApi(fullWorkspace({ state: 'in_review', writable: false, submissionId })) }],
  ['returned', { at: `/modules/${attemptId}`, api: workApi(aReturned()) }],
  ['approved', { at: `/modules/${attemptId}`, api: workApi(fullWorkspace({ state: 'approved', writable: false, submissionId, feedback: { ...approval() } })) }],
  ...STAGES.previewModule.map((stage): [string, Stage] => ['in the preview', stage]),
]; // prettier-ignore

function approval() {
  return {
    decidedAt: '2026-11-23T09:40:00.000Z',
    outcome: 'approved' as const,
    submissionCode: '7F3K',
    summary: 'Clear now.',
    criteria: criteria.map(({ key, code }) => ({
      ...{ criterionKey: key, level: 'meets' as const, reopened: false },
      comment: `What was seen under ${code}.`,
    })),
  };
}

test.describe('a module on paper', () => {
  for (const [name, stage] of MODULES) {
    for (const width of PAPER_WIDTHS) {
      test(`brings its rubric, all levels of each criterion, once: ${name}, ${width} px wide`, async ({
        page,
      }) => {
        const frame = await openStaged(page, alone(stage));

        const texts = await textsOnPaper(page, frame, width);

        expect(timesIn(texts, descriptors)).toEqual(onceEach(descriptors));
        expect(
          timesIn(
            texts,
            criteria.map(({ title }) => title),
          ),
        ).toEqual(onceEach(criteria.map(({ title }) => title)));
      });
    }
  }

  test('brings it whatever is open on a phone: another criterion, or the rubric’s sheet', async ({
    page,
  }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    const [, stage] = MODULES[0] ?? [];
    if (!stage) throw new Error('there is no module');
    const frame = await openStaged(page, alone(stage));
    await frame.getByRole('button', { name: /^Rubric: / }).click();
    await frame.getByRole('dialog').getByRole('button', { name: /^B / }).click();

    const texts = await textsOnPaper(page, frame, 390);

    expect(timesIn(texts, descriptors)).toEqual(onceEach(descriptors));
  });

  test('is not cut off at what the screen shows: it goes on from sheet to sheet', async ({ page }) => {
    const long = Array.from({ length: 120 }, (_, n) => `Line ${n} of a long text.`).join('\n');
    const workspace = fullWorkspace({ drafts: [{ ...aDraft(long), document: documentOf(long) }] });
    await openStaged(page, alone({ at: `/modules/${attemptId}`, api: workApi(workspace) }));

    expect(await sheetsOf(page)).toBeGreaterThan(3);
  });
});

test('an address that is its own text is printed once, any other link with its address', async ({ page }) => {
  const to = (text: string, href: string) => ({
    type: 'text' as const,
    text,
    marks: [{ type: 'link' as const, attrs: { href } }],
  });
  const links = [to('https://example.org/itself', 'https://example.org/itself'), to('a page', 'https://example.org/page')]; // prettier-ignore
  const document = { type: 'doc' as const, content: [{ type: 'paragraph' as const, content: links }] };
  const workspace = fullWorkspace({
    drafts: [{ ...aDraft('Two links.'), document }],
    state: 'in_review',
    writable: false,
    submissionId,
  });
  const frame = await openStaged(page, alone({ at: `/modules/${attemptId}`, api: workApi(workspace) }));

  const texts = await textsOnPaper(page, frame, 658);

  expect(timesIn(texts, ['https://example.org/itself', 'https://example.org/page'])).toEqual({
    'https://example.org/itself': 1,
    'https://example.org/page': 1,
  });
});
