import type { Frame, Page } from '@playwright/test';
import type { SubmissionReceipt } from '../../contract/attempts.ts';
import { ownWork, type Course, type Place } from './support/course.ts';
import { PAPER_WIDTHS, sheetsOf, listPrintedTexts } from './support/onPaper.ts';
import { openPlace } from './support/opening.ts';
import { addCheck, handIn, write } from './support/pupils.ts';
import type { SharedWorld } from './support/shared.ts';
import { expect, test } from './support/test.ts';
import { WORDINGS } from './support/wordings.ts';

// the first test of each process builds the courses
test.describe.configure({ timeout: 240_000 });
test.use({ onlyLooks: true });

const [MODULE] = WORDINGS.usual.pathway.modules;
const criteria = MODULE?.criteria ?? [];
const descriptors = criteria.flatMap(({ levels }) => levels.map(({ descriptor }) => descriptor));

/** Shows a page alone: what is printed is the whole window. */
function openAlone(page: Page, { world }: SharedWorld, place: Place | undefined): Promise<Frame> {
  if (!place) throw new RangeError('there is no such page');
  return openPlace(page, world, place, { framed: false });
}

/** How often each of these stands among the texts. */
const timesIn = (texts: readonly string[], wanted: readonly string[]) =>
  Object.fromEntries(
    wanted.map((text) => [text, texts.join(' \n ').split(text.replace(/\s+/g, ' ').trim()).length - 1]),
  );
const onceEach = (wanted: readonly string[]) => Object.fromEntries(wanted.map((text) => [text, 1]));

/** Whose submission is in which state. */
const RECEIPTS = { waiting: 'submitted', in_review: 'judged', approved: 'approved' } as const;

function receiptOf(course: Course, who: keyof Course['submissions']): Place {
  const { courseId, links, submissions } = course;
  return { person: course[who].lmsId, courseId, link: links.module, path: `submissions/${submissions[who]}` };
}

test.describe('the receipt on paper', () => {
  for (const [state, who] of Object.entries(RECEIPTS)) {
    test(`holds each thing once, ${PAPER_WIDTHS.join(', ')} px wide, ${state}`, async ({ page, shared }) => {
      const course = await shared.course('usual');
      const path = `/submissions/${course.submissions[who]}`;
      const receipt = (await course[who].send('GET', path)) as SubmissionReceipt;
      const frame = await openAlone(page, shared, receiptOf(course, who));

      for (const width of PAPER_WIDTHS) {
        const texts = await listPrintedTexts(page, frame, width);

        const fingerprints = [receipt.digest, ...receipt.pieces.map(({ sha256 }) => sha256)];
        const wanted = [
          receipt.moduleTitle,
          ...receipt.pieces.map(({ title }) => title),
          ...fingerprints,
          `Submission ${receipt.code}`,
        ];
        expect(receipt.state).toBe(state);
        expect(timesIn(texts, wanted), `${width} px`).toEqual(onceEach(wanted));
        expect(
          texts.filter((text, n) => texts.indexOf(text) !== n),
          'no text stands there twice',
        ).toEqual([]);
        expect(texts.join(' '), 'a fingerprint is not there short as well').not.toContain('…');
      }
    });
  }

  test('is one sheet, also while the menu that prints it is open', async ({ page, shared }) => {
    const frame = await openAlone(page, shared, receiptOf(await shared.course('usual'), 'submitted'));
    const shut = await listPrintedTexts(page, frame, 658);
    await page.emulateMedia({ media: 'screen' });
    await frame.getByRole('button', { name: 'More' }).click();
    await frame.getByRole('menuitem', { name: 'Print' }).waitFor();

    const open = await listPrintedTexts(page, frame, 658);

    expect(open).toEqual(shut);
    await page.emulateMedia({ media: null });
    expect(await sheetsOf(page)).toBe(1);
  });

  test('of a grade is printed alone, and once', async ({ page, shared }) => {
    const frame = await openAlone(page, shared, (await shared.course('usual')).places.map[0]);
    await frame.getByRole('button', { name: 'Receipt' }).first().click();
    await frame.getByRole('dialog').getByText('Every try').waitFor();

    const texts = await listPrintedTexts(page, frame, 658);

    expect(timesIn(texts, ['Your grade’s receipt', 'Every try, newest first', 'Modules of'])).toEqual({
      'Your grade’s receipt': 1,
      'Every try, newest first': 1,
      'Modules of': 0,
    });
  });
});

/** Where a module stands in each state, and as a preview. */
const MODULES: Readonly<Record<string, (course: Course) => Place | undefined>> = {
  'worked on': ({ places }) => places.module[0],
  'with a reviewer': ({ courseId, links, judged }) => ({
    courseId,
    link: links.module,
    person: judged.lmsId,
    path: `modules/${judged.attemptId}`,
  }),
  returned: ({ places }) => places.module[1],
  approved: ({ places }) => places.module[2],
  'in the preview': ({ places }) => places.previewModule[0],
};

test.describe('a module on paper', () => {
  for (const [name, at] of Object.entries(MODULES)) {
    test(`brings its rubric, all levels of each criterion, once: ${name}, ${PAPER_WIDTHS.join(', ')} px wide`, async ({
      page,
      shared,
    }) => {
      const frame = await openAlone(page, shared, at(await shared.course('usual')));
      const titles = criteria.map(({ title }) => title);

      for (const width of PAPER_WIDTHS) {
        const texts = await listPrintedTexts(page, frame, width);

        expect(timesIn(texts, descriptors), `${width} px`).toEqual(onceEach(descriptors));
        expect(timesIn(texts, titles), `${width} px`).toEqual(onceEach(titles));
      }
    });
  }

  test('brings it whatever is open on a phone: another criterion, or the rubric’s sheet', async ({
    page,
    shared,
  }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    const frame = await openAlone(page, shared, (await shared.course('usual')).places.module[0]);
    await frame.getByRole('button', { name: /^Rubric: / }).click();
    await frame.getByRole('dialog').getByRole('button', { name: /^B / }).click();

    const texts = await listPrintedTexts(page, frame, 390);

    expect(timesIn(texts, descriptors)).toEqual(onceEach(descriptors));
  });

  test('is not cut off at what the screen shows: it goes on from sheet to sheet', async ({
    page,
    shared,
  }) => {
    const long = Array.from({ length: 120 }, (_, n) => `Line ${n} of a long text.`).join('\n');
    const { place } = await ownWork(await shared.course('usual'), 'sheets', long);
    await openAlone(page, shared, place);

    expect(await sheetsOf(page)).toBeGreaterThan(3);
  });
});

test('an address that is its own text is printed once, any other link with its address', async ({
  page,
  shared,
}) => {
  const to = (text: string, href: string) => ({
    type: 'text' as const,
    text,
    marks: [{ type: 'link' as const, attrs: { href } }],
  });
  const links = [to('https://example.org/itself', 'https://example.org/itself'), to('a page', 'https://example.org/page')]; // prettier-ignore
  const document = { type: 'doc' as const, content: [{ type: 'paragraph' as const, content: links }] };
  const course = await shared.course('usual');
  const { pupil, place } = await ownWork(course, 'links', 'Two links.');
  await write(course.setting, pupil, document);
  await addCheck(course.setting, pupil);
  await handIn(course.setting, pupil);
  const frame = await openAlone(page, shared, place);

  const texts = await listPrintedTexts(page, frame, 658);

  expect(timesIn(texts, ['https://example.org/itself', 'https://example.org/page'])).toEqual({
    'https://example.org/itself': 1,
    'https://example.org/page': 1,
  });
});
