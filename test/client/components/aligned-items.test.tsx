import { describe, expect, it } from '@jest/globals';
import { screen } from '@testing-library/react';
import { frameworkEndpoints } from '../../../contract/frameworks.ts';
import { createQueryClient, queryKeyOf } from '../../../client/src/api/queries.ts';
import { Rubric } from '../../../client/src/components/rubric/Rubric.tsx';
import { renderPart } from '../gallery/renderPart.tsx';
import { criteria, scale } from '../gallery/samples.ts';
import { expectAccessible } from '../support/axe.ts';

const CORE = '00000000-0000-4000-8000-00000000c0de';
const item = '00000000-0000-4000-8000-000000000001';
const [first] = criteria;
const aligned = [
  { ...first, alignments: [{ framework: CORE, item, code: 'AT1', title: 'Reads a quick check' }] },
];

describe('the framework items behind a criterion', () => {
  it('are folded, and say what somebody can do once they are unfolded', async () => {
    const cache = createQueryClient();
    const input = { params: { key: CORE }, query: { items: item } };
    const rows = [{ key: item, code: 'AT1', title: 'Reads a quick check', canDo: 'I can sort the answers.' }];
    cache.setQueryData(queryKeyOf(frameworkEndpoints.statements, input), { version: 1, rows });
    const { user } = await renderPart(<Rubric scale={scale} criteria={aligned} />, { cache });
    const before = screen.queryByText('AT1');

    await user.click(screen.getByText('The framework item behind it'));

    expect(before).toBeNull();
    expect(await screen.findByText('I can sort the answers.')).toBeInTheDocument();
    expect(screen.getByText('AT1')).toBeInTheDocument();
    await expectAccessible();
  });

  it('can be read without a network, as the criterion has them', async () => {
    const { user } = await renderPart(<Rubric scale={scale} criteria={aligned} />);

    await user.click(screen.getByText('The framework item behind it'));

    expect(await screen.findByText('Reads a quick check')).toBeInTheDocument();
  });

  it('are not mentioned where there are none', async () => {
    await renderPart(<Rubric scale={scale} criteria={criteria} />);

    expect(screen.queryByText(/framework item/)).toBeNull();
  });
});
