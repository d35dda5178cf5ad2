import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { deepLinkingEndpoints, POINTS_DEFAULT } from '../../../contract/deepLinking.ts';
import type { Picker } from '../../../contract/deepLinking.ts';
import type { SessionInfo } from '../../../contract/sessions.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi, Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const designer: Partial<SessionInfo> = {
  roles: ['designer'],
  startsAs: 'designer',
  shows: { kind: 'picker' },
};
const moduleOf = (n: number, title: string, inCourse = false) => ({
  key: idOf(n),
  position: n,
  title,
  label: 'Explore',
  minutes: 30 * n,
  inCourse,
});
const picker: Picker = {
  course: 'EdTech autumn',
  multiple: true,
  columns: true,
  accepts: true,
  pathways: [
    {
      key: idOf(100),
      title: 'Assessment technology',
      vision: 'A check that changes what happens next.',
      strand: { key: 'assessment', title: 'Assessment technology', art: 'tick' },
      version: 3,
      minutes: 90,
      inCourse: false,
      modules: [moduleOf(1, 'What a check can tell', true), moduleOf(2, 'Design a check')],
    },
    {
      key: idOf(200),
      title: 'Stories with sound',
      vision: '',
      strand: { key: 'multimedia', title: 'Multimedia and storytelling', art: 'play' },
      version: 1,
      minutes: 30,
      inCourse: false,
      modules: [moduleOf(3, 'Record a voice')],
    },
  ],
};
const reply = { action: 'https://lms.example/deep_links', jwt: 'aaa.bbb.ccc' };

/** What the browser was told to post; jsdom itself can't. */
let posted: { action: string; target: string; fields: Record<string, string> }[] = [];
const submit = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, 'submit');
beforeEach(() => {
  posted = [];
  HTMLFormElement.prototype.submit = function (this: HTMLFormElement) {
    const fields = Object.fromEntries(
      [...this.querySelectorAll('input')].map(({ name, value }) => [name, value]),
    );
    posted.push({ action: this.action, target: this.target, fields });
  };
});
afterEach(() => {
  if (submit) Object.defineProperty(HTMLFormElement.prototype, 'submit', submit);
  document.querySelectorAll('form').forEach((form) => form.remove());
});

async function open(change: Partial<Picker> = {}) {
  const api = new FakeApi()
    .on(deepLinkingEndpoints.picker, () => ({ ...picker, ...change }))
    .on(deepLinkingEndpoints.reply, () => reply);
  const started = await startApp('/pick', api, designer);
  await screen.findByRole('heading', { level: 1 });
  return started;
}
const sent = (api: FakeApi) => api.bodiesOf(deepLinkingEndpoints.reply);

describe('the picker', () => {
  test('hands the picked modules back in the pathway’s order, as one form in this frame', async () => {
    const { user, api } = await open();

    await user.click(screen.getByRole('checkbox', { name: /Design a check/ }));
    await user.click(screen.getByRole('checkbox', { name: /What a check can tell/ }));
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Add 2 links to the course' }));

    await waitFor(() =>
      expect(posted).toEqual([{ action: reply.action, target: '', fields: { JWT: reply.jwt } }]),
    );
    const shared = { pathwayKey: idOf(100), points: POINTS_DEFAULT, rule: 'approved' };
    expect(sent(api)).toEqual([
      {
        items: [
          { ...shared, moduleKey: idOf(1), title: 'What a check can tell' },
          { ...shared, moduleKey: idOf(2), title: 'Design a check' },
        ],
      },
    ]);
  });

  test('adds a whole pathway as one link with its own rule and points', async () => {
    const { user, api } = await open();

    await user.click(screen.getByRole('button', { name: 'Add the whole pathway as one link' }));
    const points = screen.getByRole('textbox', { name: 'Points for Assessment technology' });
    await user.clear(points);
    await user.type(points, '20');
    await user.selectOptions(
      screen.getByRole('combobox', { name: 'When Assessment technology counts' }),
      'approved',
    );
    await user.click(screen.getByRole('button', { name: 'Add 1 link to the course' }));

    await waitFor(() => expect(posted).toHaveLength(1));
    expect(sent(api)).toEqual([
      {
        items: [
          {
            pathwayKey: idOf(100),
            moduleKey: null,
            title: 'Assessment technology',
            points: 20,
            rule: 'approved',
          },
        ],
      },
    ]);
  });

  test('sends nothing while points are wrong, and leads to them', async () => {
    const { user, api } = await open();
    await user.click(screen.getByRole('checkbox', { name: /Design a check/ }));
    const points = screen.getByRole('textbox', { name: 'Points for Design a check' });

    await user.clear(points);
    await user.type(points, '101');
    await user.click(screen.getByRole('button', { name: 'Add 1 link to the course' }));

    expect(points).toHaveFocus();
    expect(points).toBeInvalid();
    expect(screen.getByText('Enter whole points from 1 to 100.')).toBeInTheDocument();
    expect(sent(api)).toEqual([]);
  });

  test('asks to choose first where nothing is chosen', async () => {
    const { user, api } = await open();

    await user.click(screen.getByRole('button', { name: 'Add to the course' }));

    expect(screen.getAllByText('Choose a pathway or a module first.')[0]).toBeVisible();
    expect(sent(api)).toEqual([]);
  });

  test('offers one link only where the LMS takes one', async () => {
    const { user, api } = await open({ multiple: false });

    await user.click(screen.getByRole('radio', { name: /Design a check/ }));
    await user.click(screen.getByRole('radio', { name: /The whole pathway as one link/ }));
    await user.click(screen.getByRole('button', { name: 'Add 1 link to the course' }));

    await waitFor(() => expect(posted).toHaveLength(1));
    expect(sent(api)).toMatchObject([{ items: [{ moduleKey: null }] }]);
    expect(screen.queryAllByRole('checkbox')).toEqual([]);
  });

  test('asks for no points where the LMS makes no columns', async () => {
    const { user, api } = await open({ columns: false });

    await user.click(screen.getByRole('checkbox', { name: /Design a check/ }));
    await user.click(screen.getByRole('button', { name: 'Add 1 link to the course' }));

    await waitFor(() => expect(posted).toHaveLength(1));
    expect(screen.queryByRole('textbox', { name: /^Points/ })).toBeNull();
    expect(sent(api)).toMatchObject([{ items: [{ rule: 'none' }] }]);
  });

  test('says what each thing is and how long it takes, before and after it is chosen', async () => {
    const { user } = await open();

    expect(screen.getByText('A check that changes what happens next.')).toBeInTheDocument();
    expect(screen.getByText('Explore, 60 min')).toBeInTheDocument();
    await user.click(screen.getByRole('checkbox', { name: /Design a check/ }));
    await user.click(screen.getByRole('button', { name: 'Add the whole pathway as one link' }));

    const card = screen.getByRole('listitem', { name: 'Design a check' });
    expect(within(card).getByText('Explore, 60 min')).toBeInTheDocument();
    const whole = screen.getByRole('listitem', { name: 'Assessment technology' });
    expect(within(whole).getByText('2 modules, 90 min in all')).toBeInTheDocument();
  });

  test('marks what the course holds already, and finds modules by their words', async () => {
    const { user } = await open();

    expect(
      screen.getByRole('checkbox', { name: /What a check can tell already in this course/ }),
    ).toBeInTheDocument();
    await user.type(screen.getByRole('searchbox', { name: 'Find a pathway or module' }), 'voice');

    expect(screen.getByRole('checkbox', { name: /Record a voice/ })).toBeVisible();
    expect(screen.queryByRole('checkbox', { name: /Design a check/ })).toBeNull();
  });

  test('names the link that the LMS would not take, and keeps the others as they were', async () => {
    const { user, api } = await open();
    api.on(deepLinkingEndpoints.reply, () => {
      throw new Refusal('ITEM_NOT_ACCEPTED');
    });

    await user.click(screen.getByRole('checkbox', { name: /Design a check/ }));
    await user.click(screen.getByRole('button', { name: 'Add 1 link to the course' }));

    expect(
      (await screen.findAllByText('Your LMS did not accept this. Nothing was added yet.'))[0],
    ).toBeVisible();
    expect(screen.getByRole('checkbox', { name: /Design a check/ })).toBeChecked();
    expect(posted).toEqual([]);
  });

  test('gives the frame back with nothing added on Cancel', async () => {
    const { user, api } = await open();
    await user.click(screen.getByRole('checkbox', { name: /Design a check/ }));

    await user.click(screen.getByRole('button', { name: 'Cancel' }));

    await waitFor(() => expect(posted).toHaveLength(1));
    expect(sent(api)).toEqual([{ items: [] }]);
  });

  test('says what to do where the LMS asked for something else', async () => {
    const { user, api } = await open({ accepts: false });

    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Your LMS asked for something else');
    expect(within(document.body).queryByRole('checkbox')).toBeNull();
    await expectAccessible();
    await user.click(screen.getByRole('button', { name: 'Back to the course' }));

    await waitFor(() => expect(sent(api)).toEqual([{ items: [] }]));
  });

  test('says where to begin where no course asked', async () => {
    const api = new FakeApi().on(deepLinkingEndpoints.picker, () => {
      throw new Refusal('NOT_DEEP_LINKING');
    });

    await startApp('/pick', api, designer);

    expect(await screen.findByRole('heading', { name: 'Add Waymark from your course' })).toBeInTheDocument();
  });
});
