import { describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { FRAMEWORK_FILE_MAX_BYTES, frameworkEndpoints } from '../../../contract/frameworks.ts';
import type { ImportResult } from '../../../contract/frameworks.ts';
import { expectAccessible } from '../support/axe.ts';
import { startApp } from '../support/startApp.tsx';
import type { FakeApi } from '../support/fakeApi.ts';
import { core, frameworkApi } from './frameworkApi.ts';

const admin = { roles: ['admin' as const], startsAs: 'admin' as const };

const READY: ImportResult = {
  faults: [],
  moreFaults: 0,
  outcome: {
    key: core.key,
    title: core.title,
    version: 3,
    isNew: true,
    added: 1,
    changed: 2,
    removed: 0,
    same: 4,
  },
};
const REFUSED: ImportResult = {
  faults: [
    { row: 3, place: 'level', message: 'There is no level Expert. Levels are Start, Lead.' },
    { row: null, place: '', message: 'The framework is too large to be stored. Split it.' },
  ],
  moreFaults: 2,
  outcome: null,
};

function importApi(result: ImportResult): FakeApi {
  const api = frameworkApi();
  api.on(frameworkEndpoints.tryImport, () => result);
  api.on(frameworkEndpoints.import, () => READY);
  return api;
}

const PACKAGE = () => new File(['{"CFDocument":{}}'], 'core.json', { type: 'application/json' });
const TABLE = () => new File(['code,title\nA1,Quick checks'], 'own.csv', { type: 'text/csv' });

async function open(result: ImportResult, file: File) {
  const started = await startApp('/frameworks/import', importApi(result), admin);
  await started.user.upload(await screen.findByLabelText('File'), file);
  return started;
}

describe('importing a framework', () => {
  it('lists each fault with its row, its column and what to do, and offers nothing to publish', async () => {
    const { api, user } = await open(REFUSED, PACKAGE());

    await user.click(await screen.findByRole('button', { name: 'Check the file' }));
    await screen.findByRole('heading', { name: /4 things to mend/ });

    const [, first, whole] = screen.getAllByRole('row');
    expect(
      within(first ?? document.body)
        .getAllByRole('cell')
        .map((cell) => cell.textContent),
    ).toEqual(['3', 'level', 'There is no level Expert. Levels are Start, Lead.']);
    expect(whole).toHaveTextContent('File');
    expect(screen.queryByRole('button', { name: /Publish/ })).toBeNull();
    expect(api.bodiesOf(frameworkEndpoints.import)).toEqual([]);
    await expectAccessible();
  });

  it('publishes what was checked, once that was asked for, and goes there', async () => {
    const { api, user } = await open(READY, PACKAGE());

    await user.click(await screen.findByRole('button', { name: 'Check the file' }));
    await screen.findByText('1 item added, 2 changed, 0 removed, 4 as before.');
    const before = api.bodiesOf(frameworkEndpoints.import);
    await user.click(screen.getByRole('button', { name: 'Publish version 3' }));
    await screen.findByRole('heading', { name: core.title, level: 1 });

    expect(before).toEqual([]);
    expect(api.bodiesOf(frameworkEndpoints.import)).toEqual([
      { format: 'case', file: btoa('{"CFDocument":{}}') },
    ]);
  });

  it('asks what a table does not say, and marks what is missing', async () => {
    const { api, user } = await open(READY, TABLE());

    await user.click(await screen.findByRole('button', { name: 'Check the file' }));
    const missing = screen.getAllByText('Fill this in first.');
    await user.type(screen.getByRole('textbox', { name: 'Title' }), 'Our practice');
    await user.type(screen.getByRole('textbox', { name: 'Who wrote it' }), 'Teacher 14');
    await user.type(screen.getByRole('textbox', { name: /^Levels/ }), 'Start, Lead');
    await user.click(screen.getByRole('button', { name: 'Check the file' }));
    await screen.findByRole('button', { name: 'Publish version 3' });

    expect(missing).toHaveLength(2);
    expect(api.bodiesOf(frameworkEndpoints.tryImport)).toMatchObject([
      { format: 'csv', about: { slug: 'our-practice', levels: ['Start', 'Lead'], core: null } },
    ]);
    await expectAccessible();
  });

  it('fills in what the framework says whose next version the table is', async () => {
    const { user } = await open(READY, TABLE());

    await user.selectOptions(await screen.findByRole('combobox', { name: 'The table is' }), core.key);

    await waitFor(() =>
      expect(screen.getByRole('textbox', { name: 'Who wrote it' })).toHaveValue(core.source),
    );
    expect(screen.queryByRole('textbox', { name: 'Short name' })).toBeNull();
  });

  it('forgets what it found as soon as another file is chosen', async () => {
    const { user } = await open(READY, PACKAGE());
    await user.click(await screen.findByRole('button', { name: 'Check the file' }));
    await screen.findByRole('button', { name: 'Publish version 3' });

    await user.upload(screen.getByLabelText('File'), PACKAGE());

    expect(screen.queryByRole('button', { name: 'Publish version 3' })).toBeNull();
  });

  it.each([
    [
      'is too large',
      new File([new Uint8Array(FRAMEWORK_FILE_MAX_BYTES + 1)], 'core.json'),
      /larger than 8 MB/,
    ],
    ['is empty', new File([], 'core.json'), /This file is empty/],
  ])('says at the field that a file %s, and does not send it', async (_what, file, words) => {
    await open(READY, file);

    expect(await screen.findByText(words)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Check the file' })).toBeNull();
  });

  it('is for admins', async () => {
    await startApp('/frameworks/import', importApi(READY), { roles: ['designer'], startsAs: 'designer' });

    expect(await screen.findByText('Only admins of this institution can open this.')).toBeInTheDocument();
  });
});
