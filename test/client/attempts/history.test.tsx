import { afterEach, describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import type { DraftVersion } from '../../../contract/attempts.ts';
import { documentOf } from '../../../contract/richText.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import type { FakeApi } from '../support/fakeApi.ts';
import { clearDevice, startApp } from '../support/startApp.tsx';
import { aDraft, attemptId, aWorkspace, idOf } from '../support/teacherWork.ts';
import { findEditor, workServer } from '../support/workServer.ts';

afterEach(clearDevice);

function aVersion(n: number): DraftVersion {
  const text = `Text number ${n}`;
  const savedAt = new Date(Date.UTC(2026, 10, 20, 8, 100 - n)).toISOString();
  return { id: idOf(200 + n), savedAt, why: 'interval', words: 3, document: documentOf(text), text };
}

/** Three texts in two pages; the second page can be refused. */
function history(older: () => void = () => undefined): FakeApi {
  const api = workServer(aWorkspace({ drafts: [aDraft('Text number 0')] }));
  return api.on(attemptEndpoints.draftVersions, ({ query }) => {
    if (query['cursor'] === undefined) return { rows: [aVersion(1), aVersion(2)], next: 'after-2' };
    older();
    return { rows: [aVersion(3)], next: null };
  });
}

async function openHistory(api: FakeApi) {
  const started = await startApp(`/modules/${attemptId}`, api);
  await findEditor();
  await started.user.click(screen.getByRole('button', { name: 'History' }));
  const dialog = await screen.findByRole('dialog', { name: 'History' });
  await within(dialog).findAllByRole('radio');
  return { ...started, dialog };
}

describe('the history of a text', () => {
  test('shows the newest texts first, and older ones at a press, down to the oldest', async () => {
    const { user, dialog } = await openHistory(history());
    const before = within(dialog).getAllByRole('radio').length;

    await user.click(within(dialog).getByRole('button', { name: 'Show older' }));

    await waitFor(() => expect(within(dialog).getAllByRole('radio')).toHaveLength(3));
    expect(before).toBe(2);
    expect(within(dialog).queryByRole('button', { name: 'Show older' })).toBeNull();
    await expectAccessible();
  });

  test('keeps what was chosen while older ones come, and brings one of those back', async () => {
    const { user, dialog } = await openHistory(history());
    const [, second] = within(dialog).getAllByRole('radio');
    await user.click(second as HTMLElement);
    await user.click(within(dialog).getByRole('button', { name: 'Show older' }));
    await waitFor(() => expect(within(dialog).getAllByRole('radio')).toHaveLength(3));
    expect(second).toBeChecked();

    await user.click(within(dialog).getAllByRole('radio')[2] as HTMLElement);
    await user.click(within(dialog).getByRole('button', { name: 'Bring this version back' }));

    expect(await findEditor()).toHaveTextContent('Text number 3');
  });

  test('that has no older texts offers none', async () => {
    const api = history().on(attemptEndpoints.draftVersions, () => ({ rows: [aVersion(1)], next: null }));

    const { dialog } = await openHistory(api);

    expect(within(dialog).queryByRole('button', { name: 'Show older' })).toBeNull();
  });

  test('keeps the newest texts when older ones are refused, says so, and they come at the next press', async () => {
    let isRefused = true;
    const api = history(() => {
      if (isRefused) throw new Refusal('RATE_LIMITED');
    });
    const { user, dialog } = await openHistory(api);
    await user.click(within(dialog).getByRole('button', { name: 'Show older' }));
    await within(dialog).findByText('Older versions did not load. Try again.');
    const kept = within(dialog).getAllByRole('radio').length;
    isRefused = false;

    await user.click(within(dialog).getByRole('button', { name: 'Show older' }));

    await waitFor(() => expect(within(dialog).getAllByRole('radio')).toHaveLength(3));
    expect(kept).toBe(2);
    expect(within(dialog).queryByText('Older versions did not load. Try again.')).toBeNull();
  });
});
