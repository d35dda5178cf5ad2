import { describe, expect, test } from '@jest/globals';
import { screen } from '@testing-library/react';
import { DeliveryFilter, deliveryEndpoints } from '../../../contract/grades.ts';
import type { DeliveryList } from '../../../contract/grades.ts';
import { deliveryApi, listOf } from './deliveryWork.ts';
import { openGrades } from './openGrades.ts';

type Counts = DeliveryList['counts'];
const NONE: Counts = { need_you: 0, on_the_way: 0, changed: 0, in_gradebook: 0, closed: 0 };

/** The page with an empty filter; what it says in it. */
async function emptyFilter(show: DeliveryFilter, counts: Counts): Promise<{ heading: string; text: string }> {
  const api = deliveryApi();
  api.on(deliveryEndpoints.list, () => listOf([], { counts }));
  await openGrades(api, `?show=${show}`);
  const heading = await screen.findByRole('heading', { level: 2 });
  const text = heading.parentElement?.parentElement?.querySelector('.wm-empty')?.textContent ?? '';
  return { heading: heading.textContent ?? '', text };
}

/** What stands elsewhere while nothing needs repair, and what the page says then. */
const STANDINGS: readonly [name: string, counts: Partial<Counts>, text: string][] = [
  ['nothing', {}, 'There are no grades yet. The first one is sent when a module is approved.'],
  ['what has arrived', { in_gradebook: 5 }, 'Everything has arrived.'],
  ['one on its way', { on_the_way: 1 }, 'One grade is still on its way.'],
  ['some on their way', { on_the_way: 2, in_gradebook: 5 }, '2 grades are still on their way.'],
  ['one that was changed in the LMS', { changed: 1, in_gradebook: 5 }, 'One grade was changed in the LMS.'],
  ['one that is stopped', { closed: 1, in_gradebook: 5 }, 'One is stopped.'],
  [
    'all of it',
    { on_the_way: 1, changed: 2, closed: 3, in_gradebook: 4 },
    '2 grades were changed in the LMS. One grade is still on its way. 3 are stopped.',
  ],
  ['more than is counted', { changed: 5001 }, 'More than 5,000 grades were changed in the LMS.'],
];

describe('while nothing needs repair, the grades page', () => {
  test.each(STANDINGS)('says of %s what is so', async (_name, counts, text) => {
    const said = await emptyFilter('need_you', { ...NONE, ...counts });

    expect(said).toEqual({ heading: 'Nothing to repair', text });
  });
});

/** What a filter without rows says: true whatever stands under the others. */
const EMPTY: Readonly<Record<Exclude<DeliveryFilter, 'need_you'>, [heading: string, text: string]>> = {
  on_the_way: [
    'Nothing is on the way',
    'A score shows up here while it is being sent, and while we try again.',
  ],
  changed: [
    'No change in the LMS to look at',
    'A grade shows up here when somebody changes it in the LMS, until it is decided which one counts.',
  ],
  in_gradebook: [
    'No score from Waymark is in the gradebook',
    'A score shows up here once the LMS has taken it.',
  ],
  closed: [
    'Nothing is stopped',
    'A score shows up here when nothing more of it is sent. It can be sent again from here.',
  ],
};

test.each(Object.entries(EMPTY))(
  'a filter without rows (%s) says what it is for, and nothing of the others',
  async (show, [heading, text]) => {
    const others = { need_you: 1, on_the_way: 2, changed: 3, in_gradebook: 4, closed: 5, [show]: 0 };

    const said = await emptyFilter(DeliveryFilter.parse(show), others);

    expect(said).toEqual({ heading, text });
  },
);

test.each(DeliveryFilter.options)(
  'each filter has its number and its words, also for one (%s)',
  async (show) => {
    const api = deliveryApi();
    const counts = { ...NONE, [show]: 1 };
    api.on(deliveryEndpoints.list, () => listOf([], { counts }));

    await openGrades(api, `?show=${show}`);

    const link = await screen.findByRole('link', { name: /^1 / });
    expect(link).toHaveAttribute('aria-current', 'true');
    expect(screen.getAllByRole('link', { name: /^0 / })).toHaveLength(DeliveryFilter.options.length - 1);
    expect(screen.getByRole('heading', { level: 2 }).textContent).toMatch(/^1 (needs|is|was) /);
  },
);
