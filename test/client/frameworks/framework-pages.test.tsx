import { describe, expect, it } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import { frameworkEndpoints } from '../../../contract/frameworks.ts';
import { buildCore } from '../../support/frameworks.ts';
import { expectAccessible } from '../support/axe.ts';
import { Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { core, frameworkApi, overlay } from './frameworkApi.ts';

const designer = { roles: ['designer' as const], startsAs: 'designer' as const };
const admin = { roles: ['admin' as const], startsAs: 'admin' as const };

describe('the list of frameworks', () => {
  it('shows what each adapts, and its newest version', async () => {
    await startApp('/frameworks', frameworkApi(), designer);

    await screen.findByRole('link', { name: overlay.title });

    expect(screen.getByText('Adapts Practice Core, version 1')).toBeInTheDocument();
    expect(screen.getByText(/^Version 2, published/)).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Import' })).toBeNull();
    await expectAccessible();
  });

  it('offers admins to import where there is nothing yet', async () => {
    await startApp('/frameworks', frameworkApi([]), admin);

    await screen.findByText(/Import one: a CASE package or a table/);

    expect(screen.getByRole('link', { name: 'Import' })).toBeInTheDocument();
  });

  it('is not for participants', async () => {
    const api = frameworkApi();
    api.on(frameworkEndpoints.list, () => {
      throw new Refusal('FORBIDDEN');
    });

    await startApp('/frameworks', api, designer);

    expect(await screen.findByText('Only course designers can open this.')).toBeInTheDocument();
  });
});

describe('a framework', () => {
  it('shows its items by strand, and everything about one at a press', async () => {
    const { user } = await startApp(`/frameworks/${core.key}`, frameworkApi(), designer);

    await user.click(await screen.findByRole('button', { name: /A1/ }));

    expect(screen.getByRole('heading', { name: 'Assessment: 2 items' })).toBeInTheDocument();
    expect(screen.getByText('I can check quickly.')).toBeInTheDocument();
    expect(screen.getByText('Target: Apply')).toBeInTheDocument();
    expect(screen.getByText(/related to:/)).toHaveTextContent('related to: Other, O1');
    await expectAccessible();
  });

  it('finds items by code, title and strand, whatever their case and accents', async () => {
    const { user } = await startApp(`/frameworks/${core.key}`, frameworkApi(), designer);
    const search = await screen.findByRole('searchbox');
    const found = async (text: string) => {
      await user.clear(search);
      await user.type(search, text);
      return screen.getAllByRole('listitem').map((row) => within(row).getByRole('button').textContent);
    };

    expect(await found('m2')).toEqual([expect.stringContaining('M2')]);
    expect(await found('QUÍCK')).toEqual([expect.stringContaining('Quick checks')]);
    expect(await found('multimedia item')).toHaveLength(2);
    expect(screen.getAllByText('2 items')).not.toHaveLength(0);
  });

  it('puts no more than a hundred items of two thousand into the page at once', async () => {
    const [first] = core.items;
    const items = Array.from({ length: 2000 }, (_, at) => ({
      ...first,
      key: `10000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
      code: `X${at}`,
      strand: 'assessment',
      level: null,
      title: `Item number ${at}`,
      canDo: '',
      evidenceIdeas: [],
      alignments: [],
    }));
    const large = buildCore({ items, crosswalk: [] });
    const { user } = await startApp(`/frameworks/${large.key}`, frameworkApi([large]), designer);
    const strand = await screen.findByRole('button', { name: 'Assessment: 2,000 items' });
    const folded = screen.queryAllByRole('listitem');

    await user.click(strand);
    const opened = screen.getAllByRole('listitem');
    await user.click(screen.getByRole('button', { name: 'Show 100 more' }));

    expect(folded).toHaveLength(0);
    expect(opened).toHaveLength(100);
    expect(screen.getAllByRole('listitem')).toHaveLength(200);
  });

  it('that adapts a core says what it changes, and shows only that if asked', async () => {
    const { user } = await startApp(`/frameworks/${overlay.key}`, frameworkApi(), designer);

    await screen.findByText('1 item renamed, 1 added, 1 target raised.');
    await user.click(screen.getByRole('radio', { name: 'Changed here' }));
    await user.click(screen.getByRole('button', { name: /Stories that teach/ }));

    expect(screen.getByText('In the core: Item M1')).toBeInTheDocument();
    expect(screen.getByText(/Practice Core has a newer version \(2\)/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /M2/ })).toBeNull();
    await expectAccessible();
  });
});
