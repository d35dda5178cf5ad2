import { afterEach, describe, expect, test } from '@jest/globals';
import { act, screen, waitFor, within } from '@testing-library/react';
import { attemptEndpoints } from '../../../contract/attempts.ts';
import type { SaveDraft } from '../../../contract/attempts.ts';
import { plainText } from '../../../contract/richText.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { clearDevice, startApp } from '../support/startApp.tsx';
import { aDraft, attemptId, aWorkspace, firstPrompt, idOf, moduleAt } from '../support/teacherWork.ts';
import { findEditor, workServer } from '../support/workServer.ts';

const at = `/modules/${attemptId}`;

afterEach(clearDevice);

describe('the module’s page', () => {
  test('stands with all steps, the rubric beside it and the editor, and is accessible', async () => {
    await startApp(at, workServer(aWorkspace()));

    await findEditor();

    const steps = within(screen.getByRole('navigation', { name: 'Steps of this module' }));
    expect(steps.getAllByRole('link').map((link) => link.textContent)).toEqual([
      'Learn, not done yet',
      'Try it, not done yet',
      'Reflect, not done yet',
      'Hand in, not done yet',
    ]);
    expect(steps.getByRole('link', { name: /^Learn/ })).toHaveAttribute('aria-current', 'step');
    expect(screen.getByRole('heading', { name: 'Rubric' })).toBeInTheDocument();
    expect(screen.getByRole('heading', { level: 1, name: moduleAt(0).title })).toBeInTheDocument();
    await expectAccessible();
  });

  test('saves what is typed by itself and says so', async () => {
    const { user, api } = await startApp(at, workServer(aWorkspace()));
    const text = await findEditor();

    await user.click(text);
    await user.keyboard('Eleven left the unit out.');

    await waitFor(() => expect(api.bodiesOf(attemptEndpoints.saveDraft)).not.toHaveLength(0));
    const [body] = api.bodiesOf(attemptEndpoints.saveDraft) as SaveDraft[];
    expect(body && plainText(body.document)).toContain('Eleven');
    expect(await screen.findByText('Saved', { selector: '.wm-save-word' })).toBeInTheDocument();
  });

  test('says “kept on this device” while there is no connection, and sends when there is', async () => {
    const { user, api } = await startApp(at, workServer(aWorkspace()));
    const text = await findEditor();
    api.offline = true;
    Object.defineProperty(navigator, 'onLine', { configurable: true, value: false });
    act(() => void window.dispatchEvent(new Event('offline')));

    await user.click(text);
    await user.keyboard('On the train.');
    const word = await screen.findByText('Offline, kept on this device', { selector: '.wm-save-word' });
    api.offline = false;
    Object.defineProperty(navigator, 'onLine', { configurable: true, value: true });
    act(() => void window.dispatchEvent(new Event('online')));

    expect(word).toBeInTheDocument();
    expect(await screen.findByText('Saved', { selector: '.wm-save-word' })).toBeInTheDocument();
    const bodies = api.bodiesOf(attemptEndpoints.saveDraft) as SaveDraft[];
    expect(bodies.some(({ document }) => plainText(document) === 'On the train.')).toBe(true);
  });

  test('keeps both texts when another window wrote too, and shows them side by side', async () => {
    const { user, api } = await startApp(at, workServer(aWorkspace({ drafts: [aDraft('The beginning.')] })));
    const text = await findEditor();
    const theirs = aDraft('The other window.', { revision: 7 });
    api.on(attemptEndpoints.saveDraft, () => {
      throw new Refusal('DRAFT_CONFLICT', { theirs, mineVersionId: idOf(1) });
    });

    await user.click(text);
    await user.keyboard('Mine. ');
    await user.click(await screen.findByRole('button', { name: 'Compare' }));
    const dialog = screen.getByRole('dialog', { name: 'You wrote in two places. Both are kept.' });
    const other = within(dialog).getByText('The other window.').closest('section');
    await user.click(within(other as HTMLElement).getByRole('button', { name: 'Keep this' }));

    await waitFor(() => expect(text).toHaveTextContent('The other window.'));
    expect(screen.queryByText('You wrote in two places. Both are kept.')).toBeNull();
  });

  test('keeps the text on the page when it was handed in from another window, and says so', async () => {
    const { user, api } = await startApp(at, workServer(aWorkspace()));
    const text = await findEditor();
    api.on(attemptEndpoints.saveDraft, () => {
      throw new Refusal('PIECE_LOCKED');
    });

    await user.click(text);
    await user.keyboard('Too late');

    expect(await screen.findByText(/This was submitted from another window/)).toBeInTheDocument();
    expect(text).toHaveTextContent('Too late');
    expect(screen.getByRole('button', { name: 'Copy my text' })).toBeInTheDocument();
  });

  test('keeps the text on the page when the session ends under it', async () => {
    const { user, api, session } = await startApp(at, workServer(aWorkspace()));
    const text = await findEditor();
    api.on(attemptEndpoints.saveDraft, () => {
      throw new Refusal('SESSION_OVER');
    });

    await user.click(text);
    await user.keyboard('Still here');

    expect(await screen.findByRole('heading', { name: 'You were away for a while' })).toBeInTheDocument();
    expect(screen.getByText(/^Your text is kept on this device/, { selector: 'p' })).toBeInTheDocument();
    expect(text).toHaveTextContent('Still here');
    expect(session.state().status).toBe('over');
  });

  test('takes the level that one sees in oneself, at once', async () => {
    const { user, api } = await startApp(at, workServer(aWorkspace()));
    await findEditor();

    await user.click(screen.getAllByRole('radio', { name: /^Approaching/ })[0] as HTMLElement);

    expect(screen.getByText('You, today')).toBeInTheDocument();
    await waitFor(() => {
      expect(api.bodiesOf(attemptEndpoints.setSelfLevel)).toEqual([{ level: 'approaching' }]);
    });
  });

  test('takes back a level that the server did not take, and says so', async () => {
    const { user, api } = await startApp(at, workServer(aWorkspace()));
    await findEditor();
    api.on(attemptEndpoints.setSelfLevel, () => {
      throw new Refusal('RUN_ARCHIVED');
    });

    await user.click(screen.getAllByRole('radio', { name: /^Approaching/ })[0] as HTMLElement);

    expect(await screen.findByText(/^Your last choice could not be saved/)).toBeInTheDocument();
    await waitFor(() => expect(screen.queryByText('You, today')).toBeNull());
  });

  test('marks a part as done and counts it', async () => {
    const { user } = await startApp(at, workServer(aWorkspace()));
    await findEditor();

    await user.click(screen.getAllByRole('checkbox', { name: 'Done with this step' })[0] as HTMLElement);

    expect(await screen.findByRole('link', { name: /^Learn ?, done$/ })).toBeInTheDocument();
    expect(screen.getByText('1', { selector: '.wm-foot strong' })).toBeInTheDocument();
  });

  test('lights the prompts that an opened criterion is about, and the criteria of the text in hand', async () => {
    const { user, container } = await startApp(at, workServer(aWorkspace()));
    const text = await findEditor();

    await user.click(text);

    const lit = container.querySelectorAll('.wm-rubric-criterion[data-lit="true"]');
    expect(lit).toHaveLength(firstPrompt().criteria.length);
    expect(container.querySelector('.wm-editor')).toHaveAttribute('data-lit', 'true');
  });

  test('says what is missing and leads there', async () => {
    const { user } = await startApp(at, workServer(aWorkspace()));
    await findEditor();

    await user.click(screen.getByRole('button', { name: 'See what is missing' }));

    const dialog = screen.getByRole('dialog', { name: 'What is missing' });
    expect(
      within(dialog).getByText(`The reflection is missing: ${firstPrompt().question}`),
    ).toBeInTheDocument();
    expect(within(dialog).getAllByRole('button', { name: 'Go there' }).length).toBeGreaterThanOrEqual(2);
    await expectAccessible();
  });
});
