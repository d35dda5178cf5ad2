import { describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import { STATUS_BY_CODE } from '../../../contract/errors.ts';
import type { ErrorCode } from '../../../contract/errors.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi, Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import type { Started } from '../support/startApp.tsx';
import { aLink, aReceipt, attemptId, aWorkspace, idOf, submissionId } from '../support/teacherWork.ts';
import { findEditor, workServer } from '../support/workServer.ts';

/** One code for each status of a client's fault that the contract has. */
const CODES = [
  ...new Map(
    (Object.entries(STATUS_BY_CODE) as [ErrorCode, number][])
      .filter(([, status]) => status >= 400 && status < 500)
      // signed out: the page says so as a whole
      .filter(([, status]) => status !== 401)
      .map(([code, status]) => [status, code]),
  ).values(),
];

const refuseWith = (code: ErrorCode) => () => {
  throw new Refusal(code);
};

async function fillInLink({ user }: Started): Promise<HTMLElement> {
  await findEditor();
  await user.click(
    within(screen.getByRole('group', { name: 'Add evidence' })).getByRole('button', { name: 'Link' }),
  );
  const dialog = await screen.findByRole('dialog', { name: 'Add a link' });
  await user.type(within(dialog).getByLabelText('Address'), 'https://example.org/film');
  await user.type(within(dialog).getByLabelText('Title'), 'Wednesday’s film');
  await user.click(within(dialog).getByRole('button', { name: 'Add it' }));
  return dialog;
}

describe('a link that the server refuses', () => {
  test.each(CODES)('stays in its form, with the server’s sentence (%s)', async (code) => {
    const started = await startApp(
      `/modules/${attemptId}`,
      workServer(aWorkspace()).on(attemptEndpoints.addLink, refuseWith(code)),
    );

    const dialog = await fillInLink(started);

    expect(await within(dialog).findByText(`${code} of the test`)).toBeInTheDocument();
    expect(within(dialog).getByText('The link was not added.')).toBeInTheDocument();
    expect(within(dialog).getByLabelText('Address')).toHaveValue('https://example.org/film');
    expect(within(dialog).getByLabelText('Title')).toHaveValue('Wednesday’s film');
  });

  test('goes through from the same form once it is put right', async () => {
    const started = await startApp(
      `/modules/${attemptId}`,
      workServer(aWorkspace()).on(attemptEndpoints.addLink, refuseWith('VALIDATION_FAILED')),
    );
    const { user, api } = started;
    const dialog = await fillInLink(started);
    await within(dialog).findByText('The link was not added.');
    await expectAccessible();
    api.on(attemptEndpoints.addLink, () => aLink({ id: idOf(70) }));

    await user.type(within(dialog).getByLabelText('Address'), '?v=2');
    await user.click(within(dialog).getByRole('button', { name: 'Add it' }));

    await waitFor(() => expect(dialog).not.toBeInTheDocument());
    expect(api.bodiesOf(attemptEndpoints.addLink)).toMatchObject([
      { url: 'https://example.org/film' },
      { url: 'https://example.org/film?v=2', name: 'Wednesday’s film' },
    ]);
  });
});

describe('a withdrawal that the server refuses', () => {
  test.each(CODES)('leaves the receipt as it is, with the server’s sentence (%s)', async (code) => {
    const api = new FakeApi()
      .on(attemptEndpoints.receipt, () => aReceipt())
      .on(attemptEndpoints.withdraw, refuseWith(code));
    const { user } = await startApp(`/submissions/${submissionId}`, api);
    await user.click(await screen.findByRole('button', { name: 'Withdraw submission' }));

    const asked = screen.getByRole('dialog', { name: 'Withdraw this submission?' });
    await user.click(within(asked).getByRole('button', { name: 'Withdraw submission' }));

    expect(await screen.findByText(`${code} of the test`)).toBeInTheDocument();
    expect(
      screen.getByRole('heading', { level: 1, name: 'Submitted. Nothing more to do for now' }),
    ).toBeInTheDocument();
    expect(screen.getByText('Reflection, 212 words')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Withdraw submission' })).toBeEnabled();
  });
});
