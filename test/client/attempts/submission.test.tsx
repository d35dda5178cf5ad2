import { describe, expect, test } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import type { SubmissionReceipt } from '../../../contract/attempts.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi, Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { aReceipt, attemptId, aWorkspace, submissionId } from '../support/teacherWork.ts';

const open = (receipt: SubmissionReceipt) =>
  startApp(
    `/submissions/${submissionId}`,
    new FakeApi()
      .on(attemptEndpoints.receipt, () => receipt)
      .on(attemptEndpoints.workspace, () => aWorkspace())
      .on(attemptEndpoints.withdraw, () => ({ attemptId })),
  );

describe('the receipt', () => {
  test('lists what was frozen with a fingerprint each, and by when it is read', async () => {
    await open(aReceipt());

    expect(
      await screen.findByRole('heading', { level: 1, name: 'Submitted. Nothing more to do for now' }),
    ).toBeInTheDocument();
    expect(screen.getByText('Reflection, 212 words')).toBeInTheDocument();
    expect(screen.getByText('9f2c 41d0 … 08aa')).toBeInTheDocument();
    expect(screen.getByText(/^Friday 18 December 2026$/)).toBeInTheDocument();
    await expectAccessible();
  });

  test.each([
    ['reviewer', /A reviewer should read it by/],
    ['peer', /A colleague who has done this module reads it next/],
    ['none_yet', /so far we know of nobody who could review it/],
    ['nobody', /This is practice: no reviewer is asked to read it/],
  ] as const)('promises a reader only where there is one: %s', async (reader, words) => {
    await open(aReceipt({ reader }));

    const lead = (await screen.findByRole('heading', { level: 1 })).closest('header');

    expect(lead).toHaveTextContent(words);
    expect(/A reviewer/.test(lead?.textContent ?? '')).toBe(reader === 'reviewer');
  });

  test('says that it came after the date', async () => {
    await open(aReceipt({ late: true }));

    expect(await screen.findByText(/after the due date, so it is marked as late/)).toBeInTheDocument();
  });

  test('takes it back only after asking once, and goes to the work', async () => {
    const { user, api } = await open(aReceipt());
    await user.click(await screen.findByRole('button', { name: 'Withdraw submission' }));
    const before = api.bodiesOf(attemptEndpoints.withdraw).length;

    const asked = screen.getByRole('dialog', { name: 'Withdraw this submission?' });
    await user.click(within(asked).getByRole('button', { name: 'Withdraw submission' }));

    expect(before).toBe(0);
    expect(await screen.findByRole('navigation', { name: 'Steps of this module' })).toBeInTheDocument();
    expect(api.bodiesOf(attemptEndpoints.withdraw)).toHaveLength(1);
  });

  test('says why it can’t be taken back any more', async () => {
    const { user, api } = await open(aReceipt());
    api.on(attemptEndpoints.withdraw, () => {
      throw new Refusal('REVIEW_STARTED');
    });
    await user.click(await screen.findByRole('button', { name: 'Withdraw submission' }));

    const asked = screen.getByRole('dialog', { name: 'Withdraw this submission?' });
    await user.click(within(asked).getByRole('button', { name: 'Withdraw submission' }));

    expect(await screen.findByText(/A reviewer has started on it/, { selector: 'p' })).toBeInTheDocument();
  });

  test.each([
    ['in_review', 'A reviewer is reading it'],
    ['returned', 'It came back to you'],
    ['approved', 'It is approved'],
    ['taken_back', 'You withdrew it'],
  ] as const)('in the state %s is titled “%s” and can’t be taken back', async (state, title) => {
    await open(aReceipt({ state, mayTakeBack: false }));

    expect(await screen.findByRole('heading', { level: 1, name: title })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Withdraw submission' })).toBeNull();
  });
});
