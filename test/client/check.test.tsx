import { DONE } from '../../contract/common.ts';
import { describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { attemptEndpoints } from '../../contract/attempts.ts';
import type { Workspace } from '../../contract/attempts.ts';
import { expectAccessible } from './support/axe.ts';
import { FakeApi, Refusal } from './support/fakeApi.ts';
import { startApp } from './support/startApp.tsx';
import {
  aDraft,
  aReceipt,
  aReturned,
  attemptId,
  aWorkspace,
  firstPrompt,
  moduleAt,
} from './support/teacherWork.ts';

const complete = () => aWorkspace({ drafts: [aDraft('All of it.')], missing: [] });

function server(workspace: Workspace): FakeApi {
  return new FakeApi()
    .on(attemptEndpoints.workspace, () => workspace)
    .on(attemptEndpoints.submit, () => aReceipt())
    .on(attemptEndpoints.receipt, () => aReceipt())
    .on(attemptEndpoints.setSelfLevel, () => DONE);
}
const open = (workspace: Workspace) => startApp(`/modules/${attemptId}/check`, server(workspace));

describe('the check before it goes out', () => {
  test('says that nothing is missing, reminds of students’ data, and is accessible', async () => {
    await open(complete());

    expect(await screen.findByText('Nothing is missing.')).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'Protect student privacy' })).toBeInTheDocument();
    await expectAccessible();
  });

  test('leads to each thing that is missing', async () => {
    await open(aWorkspace());

    const row = (await screen.findByText(`The reflection is missing: ${firstPrompt().question}`)).closest(
      'li',
    );

    expect(within(row as HTMLElement).getByRole('link', { name: 'Go there' })).toHaveAttribute(
      'href',
      expect.stringContaining(`/modules/${attemptId}#prompt-${firstPrompt().key}`),
    );
  });

  test('submits and shows the receipt', async () => {
    const { user, api } = await open(complete());

    await user.click(await screen.findByRole('button', { name: 'Submit' }));

    expect(
      await screen.findByRole('heading', { level: 1, name: 'Submitted. Nothing more to do for now' }),
    ).toBeInTheDocument();
    expect(api.bodiesOf(attemptEndpoints.submit)).toHaveLength(1);
  });

  test('says that no attempt was used when only the reflection is missing', async () => {
    const { user, api } = await open(complete());
    api.on(attemptEndpoints.submit, () => {
      const { key, question } = firstPrompt();
      throw new Refusal('SUBMISSION_INCOMPLETE', { missing: [{ what: 'reflection', key, title: question }] });
    });

    await user.click(await screen.findByRole('button', { name: 'Submit' }));

    expect(
      await screen.findByText('Not submitted yet: the reflection is missing. No attempt was used.'),
    ).toBeInTheDocument();
  });

  test('says so when another window handed it in first', async () => {
    const { user, api } = await open(complete());
    api.on(attemptEndpoints.submit, () => {
      throw new Refusal('ALREADY_SUBMITTED');
    });

    await user.click(await screen.findByRole('button', { name: 'Submit' }));

    expect(
      await screen.findByText('This has already been submitted.', { selector: 'p' }),
    ).toBeInTheDocument();
  });

  test('keeps an own level that is chosen here', async () => {
    const { user, api } = await open(complete());
    const [first] = moduleAt(0).criteria;
    const group = await screen.findByRole('radiogroup', { name: `${first?.code} ${first?.title}` });

    await user.click(within(group).getByRole('radio', { name: 'Meets' }));

    expect(within(group).getByRole('radio', { name: 'Meets' })).toBeChecked();
    await waitFor(() => {
      expect(api.bodiesOf(attemptEndpoints.setSelfLevel)).toEqual([{ level: 'meets' }]);
    });
  });

  test('asks in a later round for the open criteria only, and for the note of what changed', async () => {
    await open(aReturned());

    expect(await screen.findByText(/^“What I changed” is empty/)).toBeInTheDocument();
    expect(screen.getAllByRole('radiogroup')).toHaveLength(1);
    expect(screen.getByRole('button', { name: 'Resubmit' })).toBeInTheDocument();
  });

  test('says that it is marked late after the date', async () => {
    await open({ ...complete(), run: { ...aWorkspace().run, submitBy: '2020-12-04T22:59:00.000Z' } });

    expect(await screen.findByText(/it is marked as late\.$/)).toBeInTheDocument();
  });
});
