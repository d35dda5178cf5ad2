import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, screen } from '@testing-library/react';
import { Announcer } from '../../../client/src/components/live/Announcer.tsx';
import { SaveState } from '../../../client/src/components/save/SaveState.tsx';
import { saveMessage, saveWord } from '../../../client/src/autosave/saveState.ts';
import type { Save } from '../../../client/src/autosave/saveState.ts';
import { renderPart } from '../gallery/renderPart.tsx';

const view = (save: Save) => (
  <Announcer>
    <SaveState save={save} textToCopy={() => 'my text'} onOwnWindow={() => undefined} />
  </Announcer>
);
const pass = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));
const spoken = () =>
  [...screen.getAllByRole('status'), ...screen.getAllByRole('alert')].map((one) => one.textContent).join('');

describe('the save state', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('changes its word at most once a second, however fast the state changes', async () => {
    const { rerender } = await renderPart(view({ kind: 'saved' }));
    rerender(view({ kind: 'saving' }));
    await pass(10);
    const first = screen.getByText('Saving…');

    rerender(view({ kind: 'saved' }));
    await pass(400);
    const early = screen.queryByText('Saved');
    await pass(700);

    expect(first).toBeDefined();
    expect(early).toBeNull();
    expect(screen.getByText('Saved')).toBeInTheDocument();
  });

  it('says nothing aloud while all goes well', async () => {
    const { rerender } = await renderPart(view({ kind: 'idle' }));

    rerender(view({ kind: 'saving' }));
    await pass(1100);
    rerender(view({ kind: 'saved' }));
    await pass(1100);

    expect(spoken()).toBe('');
  });

  it('says offline aloud, and saved once the trouble is over', async () => {
    const { rerender } = await renderPart(view({ kind: 'saved' }));

    rerender(view({ kind: 'offline', kept: true }));
    await pass(1100);
    const offline = spoken();
    rerender(view({ kind: 'saved' }));
    await pass(1100);

    expect(offline).toContain('You are offline. Your text is kept on this device.');
    expect(spoken()).toContain('Saved.');
  });

  it('never claims that a blocked frame keeps anything: it offers to copy and a window of its own', async () => {
    await renderPart(view({ kind: 'offline', kept: false }));

    expect(screen.getByText('Not saved. Keep this page open or copy your text.')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Copy' })).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Open in its own window' })).toBeInTheDocument();
    expect(screen.queryByText(/kept on this device/)).toBeNull();
  });

  it('turns to "Copy your text" by itself after a minute of trying', async () => {
    await renderPart(view({ kind: 'failing', since: new Date(), kept: true }));
    const before = screen.getByText('Not saved yet. Trying again');

    await pass(66_000);

    expect(before).toBeDefined();
    expect(screen.getByText('Still not saved. Copy your text to be safe')).toBeInTheDocument();
  });
});

describe('what the save state says', () => {
  it('has a word for every state', () => {
    const since = new Date('2026-11-23T10:00:00Z');
    const after = (seconds: number) => new Date(since.getTime() + seconds * 1000);

    const words = [
      saveWord({ kind: 'idle' }, since),
      saveWord({ kind: 'failing', since, kept: true }, after(59)),
      saveWord({ kind: 'failing', since, kept: true }, after(60)),
    ];

    expect(words).toEqual([null, 'trying', 'stuck']);
  });

  it('does not repeat itself while the same trouble lasts', () => {
    expect(saveMessage('offlineKept', 'offlineKept')).toBeNull();
    expect(saveMessage('saving', 'saved')).toBeNull();
    expect(saveMessage('trying', 'saved')).toBe('savedAgain');
  });
});
