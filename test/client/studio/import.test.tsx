import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { bundleEndpoints } from '../../../contract/bundles.ts';
import type { BundleReport } from '../../../contract/bundles.ts';
import { createApi } from '../../../client/src/api/createApi.ts';
import { ApiError } from '../../../client/src/api/errors.ts';
import { createQueryClient } from '../../../client/src/api/queries.ts';
import { SessionHolder } from '../../../client/src/api/session.ts';
import { ImportDialog } from '../../../client/src/features/studio/ImportDialog.tsx';
import { startI18n } from '../../../client/src/i18n/index.ts';
import { openTextStore } from '../../../client/src/storage/webStorage.ts';
import { key } from '../gallery/samples.ts';
import { Providers } from '../gallery/Providers.tsx';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi, Refusal } from '../support/fakeApi.ts';
import { FarEnd } from './farEnd.ts';
import { DRAFT_ID } from './studioServer.ts';
import { samplePathway } from './samples.ts';

const zip = new File(['PK'.padEnd(2_048)], 'pathway.zip', { type: 'application/zip' });

type PathwayReport = Extract<BundleReport, { kind: 'pathway' }>;
const report = (over: Partial<PathwayReport> = {}): PathwayReport => ({
  kind: 'pathway',
  content: samplePathway,
  findings: [],
  files: [{ path: 'files/plan.md', size: 9 }],
  version: null,
  isSame: false,
  draft: null,
  ...over,
});

/** The dialog, with a zip chosen. */
async function chooseZip(far = new FarEnd({ purpose: 'bundle' }), api = new FakeApi()) {
  const closed: string[] = [];
  api.on(bundleEndpoints.check, () => report());
  const cache = createQueryClient();
  const session = new SessionHolder({ fetch: api.fetch, store: openTextStore('sessionStorage') });
  session.grant({ key, bearer: `wm.${'b'.repeat(22)}.${'b'.repeat(43)}` });
  const words = await startI18n('en');
  await words.loadNamespaces(['studio', 'lint']);
  const user = userEvent.setup();
  render(
    <Providers words={words} cache={cache} api={createApi({ fetch: api.fetch, session, cache })}>
      <ImportDialog uploads={far.uploads} onClose={() => closed.push('closed')} />
    </Providers>,
  );
  const input = document.querySelector<HTMLInputElement>('input[type=file]');
  if (!input) throw new Error('nothing can be chosen');
  await user.upload(input, zip);
  return { user, far, api, closed };
}

/** The zip arrives. */
async function arrive(far: FarEnd): Promise<void> {
  await waitFor(() => expect(far.transfers).toHaveLength(1));
  await act(() => Promise.resolve(far.transfers[0]?.onDone()));
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a zip that is imported', () => {
  it('says how far it is, and nothing of it is kept once it is cancelled', async () => {
    const { far, user } = await chooseZip();
    await waitFor(() => expect(far.transfers).toHaveLength(1));

    act(() => far.transfers[0]?.onProgress(1_024));
    const meter = await screen.findByRole('progressbar', { name: 'Upload of pathway.zip' });
    const words = await screen.findByText('pathway.zip: 1 kB of 2 kB');
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Cancel' }));

    expect(words).not.toBeInTheDocument();
    expect(meter).not.toBeInTheDocument();
    expect(far.removed).toEqual(['u1']);
    expect(screen.getByRole('button', { name: 'Choose a zip' })).toBeVisible();
  });

  it('waits where the network failed, and goes on when it is told to', async () => {
    const { far, user } = await chooseZip();
    await waitFor(() => expect(far.transfers).toHaveLength(1));
    // it goes on by itself only where there is a network
    jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    act(() => far.transfers[0]?.onFault({ kind: 'broken' }));
    const lost = await within(screen.getByRole('dialog')).findByText(/^pathway.zip: the connection was lost/);

    await user.click(screen.getByRole('button', { name: 'Try again now' }));

    await waitFor(() => expect(far.transfers).toHaveLength(2));
    expect(lost).toHaveTextContent('pathway.zip: 0 bytes of 2 kB');
    expect(far.begun).toHaveLength(1);
  });

  it('says in words why it is not taken, and another can be chosen', async () => {
    const far = new FarEnd({ purpose: 'bundle' });
    const message = 'There is no room left for files.';
    far.fault = new ApiError({
      code: 'QUOTA_EXCEEDED',
      message,
      status: 413,
      retryAfterSeconds: null,
      correlationId: 'c-1',
    });
    const { user } = await chooseZip(far);
    const refused = await within(await screen.findByRole('dialog')).findByText(message);

    await user.click(screen.getByRole('button', { name: 'Dismiss' }));

    expect(refused).not.toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Choose a zip' })).toBeVisible();
  });

  it('says what is wrong with what is in it, and that nothing was imported', async () => {
    const api = new FakeApi();
    const { far } = await chooseZip(new FarEnd({ purpose: 'bundle' }), api);
    api.on(bundleEndpoints.check, () => {
      throw new Refusal('BUNDLE_REFUSED');
    });

    await arrive(far);

    expect(
      await within(screen.getByRole('dialog')).findByText('Nothing was imported. BUNDLE_REFUSED of the test'),
    ).toBeVisible();
    expect(screen.getByRole('button', { name: 'Choose another zip' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Publish' })).toBeNull();
  });

  it('becomes a draft once somebody has decided so', async () => {
    const { far, api, user, closed } = await chooseZip();
    api.on(bundleEndpoints.import, () => ({
      kind: 'pathway' as const,
      contentKey: samplePathway.key,
      draftId: DRAFT_ID,
      n: null,
    }));
    await arrive(far);
    const facts = await screen.findByText('5 modules, one file');
    const before = api.bodiesOf(bundleEndpoints.import);

    await user.click(screen.getByRole('button', { name: 'Import as a draft' }));

    await waitFor(() => expect(closed).toEqual(['closed']));
    expect(facts).toBeDefined();
    expect([before, api.bodiesOf(bundleEndpoints.import)]).toMatchObject([
      [],
      [{ as: 'draft', uploadId: 'u1' }],
    ]);
  });

  it('is not imported over a draft that is open', async () => {
    const api = new FakeApi();
    const { far } = await chooseZip(new FarEnd({ purpose: 'bundle' }), api);
    const draft = { id: DRAFT_ID, savedBy: 'Teacher 14', savedAt: '2026-10-02T09:00:00.000Z' };
    api.on(bundleEndpoints.check, () => report({ version: 3, draft }));

    await arrive(far);

    expect(await screen.findByText(/has an open draft, last saved by Teacher 14/)).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Import as a draft' })).toBeNull();
  });
});
