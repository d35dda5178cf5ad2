import { describe, expect, test } from '@jest/globals';
import { cleanup, screen, within } from '@testing-library/react';
import { DONE } from '../../../contract/common.ts';
import { pathwayEndpoints } from '../../../contract/pathways.ts';
import { showLevel } from '../../../contract/content.ts';
import type { GradeLine, MapModule, PathwayMap } from '../../../contract/pathways.ts';
import { findHere, nextStep, stepPath } from '../../../client/src/components/pathwayMap/mapModel.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi, Refusal } from '../support/fakeApi.ts';
import { startApp } from '../support/startApp.tsx';
import { aMap, aMapModule, enrolmentId, idOf, moduleAt } from '../support/teacherWork.ts';

const at = `/pathways/${enrolmentId}`;
const open = (map: PathwayMap) =>
  startApp(
    at,
    new FakeApi().on(pathwayEndpoints.map, () => map),
  );
/** The steps of the second module, as they are once one has come to this one. */
function stepsUpTo(now: string): MapModule['steps'] {
  const { steps } = aMapModule(1);
  const at = steps.findIndex(({ key }) => key === now);
  return steps.map((step, index) => ({
    ...step,
    state: index < at ? 'done' : index === at ? 'now' : 'ahead',
  }));
}
const title = { level: 1, name: aMap().pathway.title } as const;

const inGradebook: GradeLine = {
  deliveryId: idOf(70),
  course: 'EdTech autumn',
  link: 'Run it with one class',
  state: 'accepted',
  reason: 'none',
  scoreGiven: 10,
  scoreMaximum: 10,
  acceptedAt: new Date().toISOString(),
  lmsValue: null,
  lmsMaximum: null,
};

describe('the pathway map', () => {
  test('says that nothing can be graded where it was opened outside of a course, unless a course has a column', async () => {
    const outside = 'You opened this outside a course, so no grade goes to a gradebook from here.';
    const api = (map: PathwayMap) => new FakeApi().on(pathwayEndpoints.map, () => map);

    await startApp(at, api(aMap({ grades: [] })), { course: null, grading: 'off' });
    await screen.findByRole('heading', title);
    expect(screen.getByText(outside, { exact: false })).toBeInTheDocument();
    await expectAccessible();
    cleanup();

    await startApp(at, api(aMap({ grades: [inGradebook] })), { course: null, grading: 'off' });
    await screen.findByRole('heading', title);
    expect(screen.queryByText(outside, { exact: false })).toBeNull();
    cleanup();

    await startApp(at, api(aMap({ grades: [] })));
    await screen.findByRole('heading', title);
    expect(screen.queryByText(outside, { exact: false })).toBeNull();
  });

  test('puts the one amber card on the module that is the teacher’s turn, and is accessible', async () => {
    await open(
      aMap({
        modules: [
          aMapModule(0, {
            state: 'approved',
            level: showLevel(moduleAt(0).scale, moduleAt(0).scale.meets),
            minutesLeft: 0,
          }),
          aMapModule(1, {
            state: 'in_progress',
            minutesLeft: 40,
            draftSavedAt: new Date().toISOString(),
            steps: stepsUpTo('reflect'),
          }),
          aMapModule(2, { opensAfter: { type: 'module', position: 2, title: moduleAt(1).title } }),
        ],
        approved: 1,
      }),
    );
    await screen.findByRole('heading', title);

    const here = screen.getByText('You are here').closest('li');
    const link = within(here as HTMLElement).getByRole('link', { name: 'Continue your reflection' });

    expect(here).toHaveAttribute('aria-current', 'step');
    expect(link).toHaveAttribute('href', expect.stringMatching(/\/modules\/[^/]+#step-reflect$/));
    expect(within(here as HTMLElement).getByText(/^Draft saved today/)).toBeInTheDocument();
    expect(screen.getByText('Opens after 2', { selector: '.wm-chip span' })).toBeInTheDocument();
    await expectAccessible();
  });

  test('lists work on modules that the version does not have any more, to be read', async () => {
    const former = [
      { key: idOf(80), attemptId: idOf(81), title: 'The old one', state: 'in_progress', level: null },
    ] as const;
    await open(aMap({ former: [...former] }));
    await screen.findByRole('heading', title);

    const section = screen.getByRole('region', { name: 'From an earlier version' });
    expect(within(section).getByRole('link', { name: 'The old one' })).toHaveAttribute(
      'href',
      expect.stringContaining(`/modules/${idOf(81)}`),
    );
    await expectAccessible();
  });

  test('says number and state of each module in words', async () => {
    await open(aMap({ modules: [aMapModule(0), aMapModule(1, { state: 'in_review' })] }));
    await screen.findByRole('heading', title);

    expect(screen.getByRole('heading', { name: /^Module 2, In review:/ })).toBeInTheDocument();
  });

  test('offers nothing to start where the reviewer has it, and says that one can rest', async () => {
    await open(aMap({ modules: [aMapModule(0, { state: 'submitted' })] }));
    await screen.findByRole('heading', title);

    expect(screen.queryByText('You are here')).toBeNull();
    expect(
      screen.getByText('Nothing for you to do right now. Your work has been submitted for review.'),
    ).toBeInTheDocument();
  });

  test('says where the grade of a module stands', async () => {
    await open(aMap({ modules: [aMapModule(0, { state: 'approved', grades: [inGradebook] })] }));
    await screen.findByRole('heading', title);

    expect(screen.getByText(/^In gradebook, \d\d:\d\d$/)).toBeInTheDocument();
  });

  test.each([
    [
      'a module',
      (line: GradeLine) => aMap({ modules: [aMapModule(0, { state: 'approved', grades: [line] })] }),
    ],
    ['the pathway', (line: GradeLine) => aMap({ grades: [line] })],
  ])(
    'says that the grade of %s is compared with the LMS, and by itself what was found',
    async (_whose, map) => {
      let line: GradeLine = { ...inGradebook, comparing: true };
      await startApp(
        at,
        new FakeApi().on(pathwayEndpoints.map, () => map(line)),
      );
      await screen.findByRole('heading', title);
      const said = document.body.textContent;

      line = { ...inGradebook, reason: 'changed_in_lms', lmsValue: 4 };
      const found = await screen.findByText('Changed in the LMS to 4.', {}, { timeout: 30_000 });

      expect(said).toMatch(/In gradebook, \d\d:\d\d.*We’re comparing it with your LMS\./);
      expect(found).toBeInTheDocument();
      expect(screen.queryByText(/We’re comparing it/)).toBeNull();
    },
  );

  test('says so, and asks for nothing, when no module is there', async () => {
    await open(aMap({ modules: [] }));

    expect(await screen.findByText('No modules open yet.')).toBeInTheDocument();
  });

  test('tells an archived round and leads to the current one', async () => {
    await open(aMap({ run: { ...aMap().run, state: 'archived' }, currentEnrolmentId: idOf(77) }));
    await screen.findByRole('heading', title);

    expect(screen.getByText(/From an earlier run/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Go to the current run' })).toHaveAttribute(
      'href',
      expect.stringContaining(`/pathways/${idOf(77)}`),
    );
    expect(screen.queryByText('You are here')).toBeNull();
  });

  test('shows the badges that were earned, by their names', async () => {
    const award = {
      id: idOf(80),
      achievementKey: moduleAt(0).key,
      moduleKey: moduleAt(0).key,
      achievement: moduleAt(0).achievement,
      strand: aMap().pathway.strand,
      badgeLevel: 1,
      awardedAt: '2026-11-23T10:00:00.000Z',
    };
    await open(aMap({ awards: [award] }));
    await screen.findByRole('heading', title);

    expect(screen.getByRole('img', { name: `${award.achievement}, level 1 of 4` })).toBeInTheDocument();
  });

  test('shows tracks with what they add, chooses one and says so', async () => {
    const track = {
      key: idOf(90),
      title: 'Video',
      summary: 'Film a lesson.',
      chosen: false,
      adds: ['Film it'],
      minutes: 40,
    };
    const sent: unknown[] = [];
    const mapNow = () =>
      aMap({
        tracks: [{ ...track, chosen: sent.length > 0 }],
        modules: [
          aMapModule(0),
          aMapModule(1, {
            opensAfter: { type: 'track', title: 'Video' },
            notAsked: sent.length > 0 ? null : { why: 'track', tracks: ['Video'] },
          }),
        ],
      });
    const api = new FakeApi()
      .on(pathwayEndpoints.map, mapNow)
      .on(pathwayEndpoints.chooseTrack, ({ body }) => {
        sent.push(body);
        return DONE;
      });
    const { user } = await startApp(at, api);
    await screen.findByRole('heading', title);
    const before = screen.getByText('Not needed unless you choose the track “Video”.');
    const progress = screen.getByText(/modules approved/).textContent;
    await expectAccessible();

    await user.click(screen.getByRole('button', { name: 'Choose the track Video' }));

    expect(await screen.findByRole('button', { name: 'Leave the track Video' })).toBeInTheDocument();
    expect(sent).toEqual([{ track: idOf(90), chosen: true }]);
    expect(before).not.toBeInTheDocument();
    expect(progress).toBe('0 of 1 modules approved');
    expect(screen.getByText(/modules approved/).textContent).toBe('0 of 2 modules approved');
  });

  test('says that a choice was not saved, and offers none in an archived run', async () => {
    const track = { key: idOf(90), title: 'Video', summary: '', chosen: true, adds: [], minutes: 0 };
    const api = new FakeApi()
      .on(pathwayEndpoints.map, () => aMap({ tracks: [track] }))
      .on(pathwayEndpoints.chooseTrack, () => {
        throw new Refusal('RUN_ARCHIVED');
      });
    const { user } = await startApp(at, api);

    await user.click(await screen.findByRole('button', { name: 'Leave the track Video' }));
    expect(
      await screen.findByRole('region', { name: 'Your choice was not saved. Please try again.' }),
    ).toBeInTheDocument();
    cleanup();

    await open(aMap({ tracks: [track], run: { ...aMap().run, state: 'archived' } }));
    await screen.findByRole('heading', title);
    expect(screen.getByText('Chosen')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /track Video/ })).toBeNull();
  });

  test('says which badge counts for a module, and goes on with the next', async () => {
    await open(
      aMap({ modules: [aMapModule(0, { notAsked: { why: 'held', title: 'Quick checks' } }), aMapModule(1)] }),
    );
    await screen.findByRole('heading', title);

    expect(screen.getByText('Counted: you already hold the badge “Quick checks”.')).toBeInTheDocument();
    expect(
      within(screen.getByText('You are here').closest('li') as HTMLElement).getByText(moduleAt(1).title),
    ).toBeInTheDocument();
  });

  test('says that a module is optional once enough of its choice is done, and goes on with the next', async () => {
    await open(aMap({ modules: [aMapModule(0, { notAsked: { why: 'enough' } }), aMapModule(1)] }));
    await screen.findByRole('heading', title);

    const row = within(screen.getByRole('link', { name: moduleAt(0).title }).closest('li') as HTMLElement);
    expect(row.getByText('Optional')).toBeInTheDocument();
    expect(row.getByText(/^You have done enough of this choice/)).toBeInTheDocument();
    expect(
      within(screen.getByText('You are here').closest('li') as HTMLElement).getByText(moduleAt(1).title),
    ).toBeInTheDocument();
  });

  test('names two columns of one module by their links', async () => {
    const grades = [
      { ...inGradebook, link: 'Quick checks, group one' },
      { ...inGradebook, deliveryId: idOf(71), link: 'Quick checks, group two' },
    ];
    await open(aMap({ modules: [aMapModule(0, { state: 'approved', grades })], grades }));
    await screen.findByRole('heading', title);

    expect(screen.getByText(/^Quick checks, group one: In gradebook/)).toBeInTheDocument();
    expect(screen.getByText(/^Quick checks, group two: In gradebook/)).toBeInTheDocument();
    expect(screen.getByText('Quick checks, group two')).toBeInTheDocument();
  });

  test('does not say whose it is when it belongs to someone else', async () => {
    const api = new FakeApi().on(pathwayEndpoints.map, () => {
      throw new Refusal('FORBIDDEN');
    });
    await startApp(at, api);

    expect(await screen.findByRole('heading', { name: 'This belongs to someone else' })).toBeInTheDocument();
    await expectAccessible();
  });

  test('names the block that failed, with its code, and tries again', async () => {
    let broken = true;
    const api = new FakeApi().on(pathwayEndpoints.map, () => {
      if (broken) throw new Refusal('MALFORMED_BODY');
      return aMap();
    });
    const { user } = await startApp(at, api);
    expect(await screen.findByText('MALFORMED_BODY c-1')).toBeInTheDocument();

    broken = false;
    await user.click(screen.getByRole('button', { name: 'Try again' }));

    expect(await screen.findByRole('heading', title)).toBeInTheDocument();
  });
});

describe('the module that is one’s turn', () => {
  test('is what was returned, before what is begun, before what is open', () => {
    const returned = aMapModule(2, { state: 'returned' });
    const begun = aMapModule(1, { state: 'in_progress' });
    const fresh = aMapModule(0);

    expect(findHere([fresh, begun, returned])).toBe(returned);
    expect(findHere([fresh, begun])).toBe(begun);
    expect(findHere([fresh])).toBe(fresh);
  });

  test('is never one that is locked', () => {
    const locked = aMapModule(1, { opensAfter: { type: 'module', position: 1, title: 'One' } });

    expect(findHere([locked])).toBeNull();
  });

  test('leads to the check once all its steps are done', () => {
    const steps = aMapModule(0).steps.map((step) => ({ ...step, state: 'done' as const }));
    const module = aMapModule(0, { state: 'in_progress', steps });

    expect(stepPath(module, nextStep(module))).toBe(`modules/${module.attemptId}/check`);
  });
});
