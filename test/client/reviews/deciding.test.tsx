import { describe, expect, test } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import { reviewEndpoints } from '../../../contract/reviews.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { chosenLevels, openReview, findShown } from './openReview.ts';
import { A, B, judgedPage, nextId, reviewApi, SINCE, startedPage } from './reviewWork.ts';

describe('deciding', () => {
  test('jumps to what is open instead of approving', async () => {
    const { user, api } = await openReview(reviewApi(startedPage()));

    await user.keyboard('3ja');

    expect(screen.getByRole('heading', { name: 'Acting on results' })).toHaveFocus();
    expect(findShown('B has no level yet.')).toBeInTheDocument();
    expect(api.count(reviewEndpoints.approve)).toBe(0);
  });

  test('approves by A and Enter after saying what goes out, then opens the next', async () => {
    const { user, api } = await openReview(reviewApi(judgedPage('meets', 'meets', 'Clear now.')));

    await user.keyboard('a');
    expect(
      await screen.findByText(
        'This goes out and can’t be undone: the badge “Uses quick checks”, 10 of 30 to “Assessment technology” in EdTech autumn and your comment on B.',
      ),
    ).toBeInTheDocument();
    await expectAccessible();
    await user.keyboard('{Enter}');

    await screen.findByRole('heading', { level: 1, name: 'Run it with one class · NEXT' });
    expect(window.location.pathname).toMatch(new RegExp(`/reviews/${nextId}$`));
    expect(
      screen.getAllByText('7F3K is approved. The badge is given and the grade is on its way.')[0],
    ).toBeVisible();
    expect(api.bodiesOf(reviewEndpoints.approve)).toEqual([
      {
        judgements: [
          { criterionKey: A, level: 'meets', comment: '' },
          { criterionKey: B, level: 'meets', comment: 'Clear now.' },
        ],
        summary: '',
      },
    ]);
  });

  test('takes no space for a yes that comes as part of a typed word', async () => {
    const { user, api } = await openReview(reviewApi(judgedPage('meets', 'meets')));

    await user.keyboard('a ');

    expect(findShown(/^This goes out and can’t be undone/)).toBeInTheDocument();
    expect(api.count(reviewEndpoints.approve)).toBe(0);
    await user.keyboard('{Escape}');
    expect(
      screen
        .queryAllByText(/^This goes out and can’t be undone/)
        .filter((one) => one.id === 'review-outgoing'),
    ).toEqual([]);
  });

  test('asks for words below Meets before it returns', async () => {
    const { user, api } = await openReview(reviewApi(judgedPage('meets', 'approaching')));

    await user.keyboard('r');
    const comment = screen.getByRole('textbox', { name: /^Comment/ });
    await waitFor(() => expect(comment).toHaveFocus());
    expect(comment).toBeInvalid();
    await user.type(comment, 'Name the groups.');
    await user.click(screen.getByRole('button', { name: 'Return' }));
    expect(
      findShown(
        'This goes back to the author: B to revise, with your comment on B. The rest keeps its level. You can undo it for ten seconds.',
      ),
    ).toBeInTheDocument();
    await user.keyboard('{Enter}');

    expect(await screen.findByRole('heading', { level: 1, name: 'Reviews' })).toBeInTheDocument();
    expect(api.bodiesOf(reviewEndpoints.returnIt)[0]).toMatchObject({
      judgements: [{ criterionKey: A }, { criterionKey: B, comment: 'Name the groups.' }],
    });
    expect(screen.getAllByText(/That was the last one\.$/)[0]).toBeVisible();
  });

  test('returns nothing where everything meets, and approves nothing below', async () => {
    const { user } = await openReview(reviewApi(judgedPage('meets', 'approaching', 'More.')));

    await user.keyboard('a');

    expect(findShown('B is below Meets. Return the work, or choose another level.')).toBeInTheDocument();
    await user.keyboard('3r');
    expect(findShown(/^Every criterion meets the rubric/)).toBeInTheDocument();
  });

  test('says why a decision was refused and leaves everything as it was', async () => {
    const api = reviewApi(judgedPage('meets', 'meets'));
    api.on(reviewEndpoints.approve, () => {
      throw new Refusal('ALREADY_DECIDED');
    });
    const { user } = await openReview(api);

    await user.keyboard('a{Enter}');

    expect((await screen.findAllByText('ALREADY_DECIDED of the test'))[0]).toBeVisible();
    expect(chosenLevels('A One clear purpose')).toEqual(['meets']);
  });

  test('judges only what this round has open', async () => {
    const history = [
      {
        decidedAt: SINCE,
        outcome: 'returned' as const,
        judgedAs: 'reviewer' as const,
        reciprocal: false,
        submissionCode: 'FRST',
        summary: 'Nearly there.',
        criteria: [
          { criterionKey: A, level: 'extends' as const, comment: '', reopened: false },
          { criterionKey: B, level: 'approaching' as const, comment: 'Name the groups.', reopened: true },
        ],
      },
    ];
    const { user, api } = await openReview(reviewApi(startedPage({ round: 2, openCriteria: [B], history })));

    expect(screen.getByText('settled in an earlier round')).toBeInTheDocument();
    expect(screen.getByText(/^On 18 Nov( 2026)?: Approaching$/)).toBeInTheDocument();
    await user.keyboard('3a{Enter}');

    await screen.findByRole('heading', { level: 1, name: 'Run it with one class · NEXT' });
    expect(api.bodiesOf(reviewEndpoints.approve)[0]).toMatchObject({
      judgements: [{ criterionKey: B, level: 'meets' }],
    });
  });

  test.each([
    [true, 'It goes back to the queue, where another reviewer can take it.'],
    [
      false,
      'It goes back to the queue, and so far we know of nobody else who could review it. Please tell whoever runs the course.',
    ],
  ])('speaks of another reviewer only where there is one: %s', async (othersMayReview, words) => {
    const { user } = await openReview(reviewApi(startedPage({ othersMayReview })));

    await user.click(screen.getByRole('button', { name: 'I know this person' }));

    const said = screen.getByRole('dialog').textContent;
    expect(said).toContain(words);
    expect(said.includes('another reviewer')).toBe(othersMayReview);
  });

  test('gives the review to someone else with no mark against anyone', async () => {
    const { user, api } = await openReview();

    await user.click(screen.getByRole('button', { name: 'I know this person' }));
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Don’t review it' }));

    expect(await screen.findByRole('heading', { level: 1, name: 'Reviews' })).toBeInTheDocument();
    expect(api.bodiesOf(reviewEndpoints.putBack)).toEqual([{ knowsPerson: true }]);
    expect(api.count(reviewEndpoints.start)).toBe(0);
  });
});
