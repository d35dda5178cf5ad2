import { DONE } from '../../../contract/common.ts';
import { describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import type { Workspace } from '../../../contract/attempts.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi, Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import {
  aDraft,
  aLink,
  aPiece,
  aReceipt,
  aReturned,
  attemptId,
  aWorkspace,
  firstPrompt,
  idOf,
  moduleAt,
} from '../support/teacherWork.ts';

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

  test('lists what goes out in its order, a text as it was typed, and submits what it listed', async () => {
    const evidence = [
      aPiece(),
      aPiece({ id: idOf(60), name: 'Still being checked.pdf', state: 'checking' }),
      aPiece({ id: idOf(61), name: 'Not taken.docm', state: 'refused' }),
      aLink({ id: idOf(62), name: 'The check itself', url: 'https://example.org/check' }),
    ];
    const { user, api } = await open({ ...complete(), evidence });

    const list = await screen.findByRole('heading', { name: 'What your reviewer gets' });
    const rows = within(list.closest('section') as HTMLElement).getAllByRole('listitem');
    expect(rows.map((row) => row.textContent)).toEqual([
      expect.stringContaining('All of it.'),
      expect.stringMatching(/^Exit check, four questions\.pdfEvidence for A and B340 kB$/),
      expect.stringMatching(/^The check itselfEvidence for A and Bhttps:\/\/example\.org\/check$/),
    ]);
    await user.click(screen.getByRole('button', { name: 'Submit' }));
    const { key } = firstPrompt();
    const criteria = moduleAt(0).criteria.map((one) => one.key);
    const shown = [
      { kind: 'reflection', id: key, title: '', criteria: firstPrompt().criteria, revision: 1 },
      { kind: 'artifact', id: idOf(50), title: 'Exit check, four questions.pdf', criteria, revision: null },
      { kind: 'link', id: idOf(62), title: 'The check itself', criteria, revision: null },
    ];
    await waitFor(() => {
      expect(api.bodiesOf(attemptEndpoints.submit)).toEqual([{ shown }]);
    });
  });

  test('shows the beginning of a long text, and all of it when asked', async () => {
    const { user } = await open({ ...complete(), drafts: [aDraft('Eleven left the unit out. '.repeat(40))] });
    const box = () => document.querySelector('[data-cut]');

    const more = await screen.findByRole('button', { name: 'Show all of it' });
    const before = box()?.getAttribute('data-cut');
    await user.click(more);

    expect([before, box()?.getAttribute('data-cut')]).toEqual(['true', 'false']);
    expect(screen.getByRole('button', { name: 'Show less' })).toHaveAttribute('aria-expanded', 'true');
  });

  test('asks for another look, and shows it, when something was changed in another window', async () => {
    const { user, api } = await open(complete());
    const row = () => screen.queryByText('Added elsewhere.pdf');
    await screen.findByRole('button', { name: 'Submit' });
    const before = row();
    api.on(attemptEndpoints.submit, () => {
      throw new Refusal('SUBMISSION_CHANGED');
    });
    api.on(attemptEndpoints.workspace, () => ({
      ...complete(),
      evidence: [aPiece({ name: 'Added elsewhere.pdf' })],
    }));

    await user.click(screen.getByRole('button', { name: 'Submit' }));

    expect(await screen.findByText(/^Not submitted yet: something here was changed/)).toBeInTheDocument();
    expect(before).toBeNull();
    await waitFor(() => expect(row()).toBeInTheDocument());
  });

  test('says that no attempt was used when only the reflection is missing', async () => {
    const { user, api } = await open(complete());
    api.on(attemptEndpoints.submit, () => {
      const { key, question } = firstPrompt();
      throw new Refusal('SUBMISSION_INCOMPLETE', {
        missing: [{ what: 'reflection', key, title: question, cycle: null }],
      });
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

    expect(await screen.findByText(/it will be marked as late\.$/)).toBeInTheDocument();
  });
});
