import { expect } from '@jest/globals';
import { getConfig } from '@testing-library/react';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** No violation of WCAG 2.2 A or AA in the page as it stands; contrast needs a real browser and is looked at there. */
export async function expectAccessible(): Promise<void> {
  const look = () =>
    axe.run(document.body, {
      runOnly: { type: 'tag', values: TAGS },
      rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
    });
  // the page lives on while it is looked at, as it does in `findBy`
  const result = (await getConfig().asyncWrapper(look)) as AxeResults;
  const found = result.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
  );
  expect(found).toEqual([]);
}
