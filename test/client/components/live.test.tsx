import { describe, expect, it, jest } from '@jest/globals';
import { act, screen } from '@testing-library/react';
import { useState } from 'react';
import { Announcer, useAnnounce } from '../../../client/src/components/live/Announcer.tsx';
import { ConfirmDialog } from '../../../client/src/components/dialog/ConfirmDialog.tsx';
import { Failed } from '../../../client/src/components/states/Failed.tsx';
import { Loaded } from '../../../client/src/components/states/Loaded.tsx';
import { PageSkeleton } from '../../../client/src/components/states/PageSkeleton.tsx';
import { EvidenceRow } from '../../../client/src/components/evidence/EvidenceRow.tsx';
import { shortFingerprint } from '../../../client/src/components/evidence/Fingerprint.tsx';
import { StateChip } from '../../../client/src/components/chip/StateChip.tsx';
import { Trail, segmentPath } from '../../../client/src/components/trail/Trail.tsx';
import { ApiError, OfflineError } from '../../../client/src/api/errors.ts';
import { renderPart } from '../gallery/renderPart.tsx';

function Speaker() {
  const announce = useAnnounce();
  return (
    <button type="button" onClick={() => announce.polite('Saved.')}>
      speak
    </button>
  );
}

describe('live regions', () => {
  it('say the same thing anew when it happens again', async () => {
    const { user } = await renderPart(
      <Announcer>
        <Speaker />
      </Announcer>,
    );
    const heard = () =>
      screen
        .getAllByRole('status')
        .map((region) => region.textContent)
        .join('|');

    await user.click(screen.getByRole('button'));
    const first = heard();
    await user.click(screen.getByRole('button'));

    expect(first).toContain('Saved.');
    expect(heard()).not.toBe(first);
  });
});

describe('a dialog that asks', () => {
  function Asks({ onConfirm }: { onConfirm: () => void }) {
    const [opened, setOpened] = useState(false);
    return (
      <div className="wm-frame" data-testid="frame">
        <button type="button" onClick={() => setOpened(true)}>
          {'Approve'}
        </button>
        <ConfirmDialog
          opened={opened}
          title="Approve 7F3K?"
          confirm="Yes, approve"
          onConfirm={onConfirm}
          onClose={() => setOpened(false)}
        />
      </div>
    );
  }

  it('takes focus, makes the page behind inert, and gives both back when cancelled', async () => {
    const { user } = await renderPart(<Asks onConfirm={() => undefined} />);
    await user.click(screen.getByRole('button', { name: 'Approve' }));
    const dialog = screen.getByRole('dialog', { name: 'Approve 7F3K?' });
    const frame = screen.getByTestId('frame');
    const during = { focused: dialog.contains(document.activeElement), inert: frame.inert };

    await user.click(screen.getByRole('button', { name: 'Cancel' }));

    expect(during).toEqual({ focused: true, inert: true });
    expect(frame.inert).toBe(false);
    expect(screen.getByRole('button', { name: 'Approve' })).toHaveFocus();
  });

  it('does nothing on a stray Enter: its focus is not on the action', async () => {
    const onConfirm = jest.fn();
    const { user } = await renderPart(<Asks onConfirm={onConfirm} />);

    await user.click(screen.getByRole('button', { name: 'Approve' }));
    await user.keyboard('{Enter}');

    expect(onConfirm).not.toHaveBeenCalled();
  });

  it('keeps Tab inside', async () => {
    const { user } = await renderPart(<Asks onConfirm={() => undefined} />);
    await user.click(screen.getByRole('button', { name: 'Approve' }));

    const seen: (string | null)[] = [];
    for (let press = 0; press < 4; press += 1) {
      await user.tab();
      seen.push(
        document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? null,
      );
    }

    expect(seen).toEqual(['Close', 'Cancel', 'Yes, approve', 'Close']);
  });

  it('is closed by Back, which stays on the page', async () => {
    const { user } = await renderPart(<Asks onConfirm={() => undefined} />);
    await user.click(screen.getByRole('button', { name: 'Approve' }));

    await act(async () => {
      window.history.back();
      await new Promise((resolve) => window.addEventListener('popstate', resolve, { once: true }));
    });

    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('what is read', () => {
  const error = new ApiError({
    code: 'UNAVAILABLE',
    status: 503,
    message: 'Resting.',
    correlationId: '7KQ2-M4XT',
  });

  it('shows its outline only after 300 ms', async () => {
    jest.useFakeTimers();
    const { container } = await renderPart(<PageSkeleton shape="rows" />);
    const early = container.querySelector('[aria-busy]');

    await act(() => jest.advanceTimersByTimeAsync(310));
    jest.useRealTimers();

    expect(early).toBeNull();
    expect(container.querySelector('[aria-busy]')).not.toBeNull();
  });

  it('says that the work is safe, the code and the correlation id, and tries again', async () => {
    const retry = jest.fn();
    const { user } = await renderPart(<Failed error={error} onRetry={retry} />);

    await user.click(screen.getByRole('button', { name: 'Try again' }));

    expect(screen.getByRole('region', { name: /Your work is not affected/ })).toBeInTheDocument();
    expect(screen.getByText('UNAVAILABLE 7KQ2-M4XT')).toBeInTheDocument();
    expect(retry).toHaveBeenCalledTimes(1);
  });

  it('stays readable when a later read fails', async () => {
    await renderPart(
      <Loaded
        query={{ data: 'the map', error: new OfflineError(null), refetch: () => undefined }}
        skeleton="map"
      >
        {(data) => <p>{data}</p>}
      </Loaded>,
    );

    expect(screen.getByText('the map')).toBeInTheDocument();
    expect(screen.queryByRole('alert', { name: /./ })).toBeNull();
  });

  it('tells a stranger whose place it is', async () => {
    const forbidden = new ApiError({ code: 'FORBIDDEN', status: 403, message: 'No.', correlationId: null });
    await renderPart(
      <Loaded
        query={{ data: undefined, error: forbidden, refetch: () => undefined }}
        skeleton="rows"
        forbidden="reviewers"
      >
        {() => null}
      </Loaded>,
    );

    expect(
      screen.getByRole('heading', { level: 1, name: 'Only reviewers of this course can open this.' }),
    ).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Back to the pathway' })).toBeInTheDocument();
  });
});

describe('small parts', () => {
  it('a piece shows its fingerprint short, and whole to who asks', async () => {
    const sha = `9f2c41d0${'0'.repeat(52)}08aa`;
    await renderPart(<EvidenceRow kind="reflection" name="Reflection, 212 words" fingerprint={sha} />);

    expect(screen.getByTitle(`Fingerprint ${sha}`)).toHaveTextContent('9f2c 41d0 … 08aa');
    expect(shortFingerprint(sha)).toBe('9f2c 41d0 … 08aa');
  });

  it('a state has its word, or a closer one', async () => {
    await renderPart(
      <>
        <StateChip state="returned" />
        <StateChip state="locked">{'Opens after 4'}</StateChip>
      </>,
    );

    expect(screen.getByText('Your turn')).toBeInTheDocument();
    expect(screen.getByText('Opens after 4')).toBeInTheDocument();
  });

  it('the trail is an ordered list that marks where one is', async () => {
    await renderPart(
      <Trail
        label="Modules"
        stops={[
          { key: 'a', number: 1, state: 'done', content: 'First, approved' },
          { key: 'b', number: 2, state: 'now', content: 'Second, you are here' },
        ]}
      />,
    );

    const [first, second] = screen.getAllByRole('listitem');

    expect(screen.getByRole('list', { name: 'Modules' })).toBeInTheDocument();
    expect(first).not.toHaveAttribute('aria-current');
    expect(second).toHaveAttribute('aria-current', 'step');
    expect(segmentPath(6, 22)).toBe('M6 0C6 50 22 50 22 100');
  });
});
