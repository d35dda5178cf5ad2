import { afterEach, describe, expect, test } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { attemptEndpoints, CHANGE_NOTE } from '../../../contract/attempts.ts';
import type { SaveDraft, Workspace } from '../../../contract/attempts.ts';
import { receiptEndpoints } from '../../../contract/grades.ts';
import type { ReplyOf } from '../../../contract/endpoint.ts';
import { documentOf, plainText, TEXT_MAX } from '../../../contract/richText.ts';
import { expectAccessible } from '../support/axe.ts';
import { FakeApi } from '../support/fakeApi.ts';
import { clearDevice, startApp } from '../support/startApp.tsx';
import {
  aDraft,
  aReturned,
  attemptId,
  aWorkspace,
  idOf,
  moduleAt,
  submissionId,
} from '../support/teacherWork.ts';
import { findEditor, workServer } from '../support/workServer.ts';

const at = `/modules/${attemptId}`;

afterEach(clearDevice);

/** What was saved as "What I changed", in order. */
const savedNotes = (api: FakeApi): string[] =>
  api.received
    .filter(
      ({ endpoint, params }) => endpoint === attemptEndpoints.saveDraft && params['pieceKey'] === CHANGE_NOTE,
    )
    .map(({ body }) => plainText((body as SaveDraft).document));

describe('a module of another version than the one that is worked on', () => {
  test('says by which version it is judged, and keeps answers that are not asked any more', async () => {
    const formerTexts = [
      {
        pieceKey: idOf(77),
        question: 'What surprised you?',
        cycle: 2,
        document: documentOf('That they guessed.'),
        savedAt: '2026-11-23T07:52:00.000Z',
      },
    ];
    const work = aWorkspace({ state: 'submitted', writable: false, submissionId, ofVersion: 2, formerTexts });
    const { user } = await startApp(at, workServer(work));

    await user.click(await screen.findByText('An answer to a question that is not asked any more'));

    expect(screen.getByRole('heading', { name: 'Cycle 2: What surprised you?' })).toBeVisible();
    expect(screen.getByText('That they guessed.')).toBeVisible();
    expect(screen.getByText(/^It is judged by version 2 of the pathway/)).toBeInTheDocument();
  });

  test('does not ask for a revision where the module is gone, and keeps what the reviewer said', async () => {
    const work = { ...aReturned(), writable: false, former: true, ofVersion: 1 };
    const { user } = await startApp(at, workServer(work));

    await user.click(await screen.findByText('What earlier rounds said'));

    expect(screen.getByText(/does not have this module/)).toBeInTheDocument();
    expect(screen.queryByText(/^Your turn/)).toBeNull();
    expect(screen.getByText(/^Returned .*submission/)).toBeVisible();
  });
});

describe('a module that can’t be written to', () => {
  test('reads while a reviewer has it, with the way to the receipt', async () => {
    const work = aWorkspace({
      state: 'in_review',
      writable: false,
      submissionId,
      drafts: [aDraft('As it was.')],
    });
    await startApp(at, workServer(work));

    expect(await screen.findByText('As it was.')).toBeInTheDocument();
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.getAllByRole('link', { name: 'See what you submitted' })[0]).toHaveAttribute(
      'href',
      expect.stringContaining(`/submissions/${submissionId}`),
    );
    await expectAccessible();
  });

  test('opens to read while it is locked, with its rubric', async () => {
    const work = aWorkspace({
      state: 'not_started',
      writable: false,
      opensAfter: { type: 'module', position: 1, title: 'The first one' },
    });
    await startApp(at, workServer(work));

    expect(await screen.findByText(/^Opens when “The first one” is approved/)).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'Rubric' })).toBeInTheDocument();
    expect(screen.queryByRole('radio')).toBeNull();
  });

  test('says that a badge counts for it', async () => {
    await startApp(at, workServer(aWorkspace({ notAsked: { why: 'held', title: 'Uses quick checks' } })));

    expect(await screen.findByText(/^Counted: you already hold the badge “Uses quick checks”/)).toBeVisible();
  });

  test('says that it is from an earlier round', async () => {
    const run = { ...aWorkspace().run, state: 'archived' as const };
    await startApp(at, workServer(aWorkspace({ writable: false, run })));

    expect(await screen.findByText(/^From an earlier run/)).toBeInTheDocument();
  });

  test('does not say whose it is when it is not one’s own', async () => {
    await startApp(at, new FakeApi());

    expect(
      await screen.findByRole('heading', { name: 'There is nothing at this address' }),
    ).toBeInTheDocument();
  });
});

describe('a module that came back', () => {
  test('says what to revise and what stays, with the reviewer’s words, and is accessible', async () => {
    await startApp(at, workServer(aReturned()));
    await findEditor();

    expect(screen.getByRole('heading', { name: 'Your turn: one criterion to revise' })).toBeInTheDocument();
    expect(screen.getByText('Show me that lesson and this is there.')).toBeInTheDocument();
    // at the rubric, and on phones in the card above the work
    expect(screen.getAllByText('What changed for the eleven?')).toHaveLength(2);
    expect(screen.getByRole('heading', { name: 'Kept as approved' })).toBeInTheDocument();
    expect(screen.getByText('Reviewer, submission 7F3K')).toBeInTheDocument();
    await expectAccessible();
  });

  test('says that a colleague judged it, and nothing more about them', async () => {
    const { feedback, ...work } = aReturned();
    const judged = feedback && { ...feedback, judgedAs: 'peer' as const };
    await startApp(at, workServer({ ...work, feedback: judged, earlierFeedback: judged ? [judged] : [] }));
    await findEditor();

    expect(screen.getByText('A colleague who has done this module, submission 7F3K')).toBeInTheDocument();
    expect(screen.getByText(/^Returned .* by a colleague, submission 7F3K$/)).toBeInTheDocument();
    expect(screen.queryByText(/Reviewer/)).toBeNull();
  });

  test('shows what changed since it was handed in, said aloud too', async () => {
    const work = aReturned({
      drafts: [aDraft('I went over the answers and moved on. On Thursday nine wrote the unit.')],
    });
    const { user, container } = await startApp(at, workServer(work));
    await findEditor();

    await user.click(screen.getByRole('radio', { name: /^Changes since 18 Nov( 2026)?$/ }));

    expect(container.querySelector('ins')).toHaveTextContent('added: On Thursday nine wrote the unit.');
  });

  test('asks what was changed and saves it as a piece of its own', async () => {
    const { user, api } = await startApp(at, workServer(aReturned()));

    await user.type(await screen.findByLabelText('What I changed'), 'I added Thursday. ');

    await waitFor(() => {
      const sent = api.received.filter(({ params }) => params['pieceKey'] === 'change-note');
      expect(sent.length).toBeGreaterThan(0);
    });
    expect(screen.getByLabelText('What I changed')).toHaveValue('I added Thursday. ');
  });

  test.each([
    [TEXT_MAX + 1, 'One character too long: up to 10,000 fit here.'],
    [TEXT_MAX + 250, '250 characters too long: up to 10,000 fit here.'],
  ])('says of what was changed by how much it is too long, and cuts nothing (%i)', async (length, words) => {
    const { user } = await startApp(at, workServer(aReturned()));
    const box = await screen.findByLabelText('What I changed');
    const text = 'x'.repeat(length);

    await user.click(box);
    await user.paste(text);

    expect(await screen.findByText(new RegExp(`^${words}`))).toHaveAttribute('role', 'alert');
    expect(box).toHaveValue(text);
    expect(box).toBeInvalid();
    expect(box).toHaveAccessibleDescription(expect.stringContaining(words));
    await expectAccessible();
  });

  test('saves what was changed once it fits again', async () => {
    const { user, api } = await startApp(at, workServer(aReturned()));
    const box = await screen.findByLabelText('What I changed');
    await user.click(box);
    await user.paste('x'.repeat(TEXT_MAX + 1));
    await screen.findByText(/^One character too long/);

    await user.type(box, '{Backspace}');

    await waitFor(() => expect(savedNotes(api)).toEqual(['x'.repeat(TEXT_MAX)]));
    expect(screen.queryByText(/too long: up to/)).toBeNull();
  });

  test('leads to the check with “Check and resubmit”', async () => {
    const { user } = await startApp(at, workServer(aReturned()));

    await user.click(await screen.findByRole('button', { name: 'Check and resubmit' }));

    expect(await screen.findByRole('heading', { level: 1, name: 'Before you submit' })).toBeInTheDocument();
  });
});

describe('a module that is approved', () => {
  const approved = () =>
    aWorkspace({
      state: 'approved',
      writable: false,
      submissionId,
      award: {
        id: idOf(80),
        achievementKey: moduleAt(0).key,
        moduleKey: moduleAt(0).key,
        achievement: moduleAt(0).achievement,
        strand: aWorkspace().pathway.strand,
        badgeLevel: 1,
        awardedAt: '2026-11-23T14:03:00.000Z',
      },
      feedback: { ...(aReturned().feedback as NonNullable<Workspace['feedback']>), outcome: 'approved' },
      next: { attemptId: idOf(21), title: moduleAt(1).title },
      grades: [
        {
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
        },
      ],
    });

  test('shows the badge of the pathway as well, if it completed it', async () => {
    const { award, ...rest } = approved();
    const badge = {
      id: idOf(81),
      achievementKey: idOf(82),
      moduleKey: null,
      achievement: 'Teaches with quick checks',
    };
    await startApp(at, workServer({ ...rest, award, pathwayAward: award && { ...award, ...badge } }));

    expect(
      await screen.findByRole('img', { name: 'Teaches with quick checks, level 1 of 4' }),
    ).toBeInTheDocument();
    expect(screen.getByText(/^With it you completed/)).toBeInTheDocument();
  });

  test('shows the badge, what the reviewer saw, the grade and the next module, and is accessible', async () => {
    await startApp(at, workServer(approved()));

    expect(await screen.findByRole('heading', { level: 1, name: 'You earned this one' })).toBeInTheDocument();
    expect(screen.getByRole('img', { name: `${moduleAt(0).achievement}, level 1 of 4` })).toBeInTheDocument();
    expect(screen.getByText(/^In gradebook, \d\d:\d\d$/)).toBeInTheDocument();
    expect(screen.getByText('10 of 10, EdTech autumn')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: `Next: ${moduleAt(1).title}` })).toHaveAttribute(
      'href',
      expect.stringContaining(`/modules/${idOf(21)}`),
    );
    await expectAccessible();
  });

  test('says that the grade is compared with the LMS, and by itself what was found', async () => {
    const [grade] = approved().grades;
    if (!grade) throw new Error('there is no grade');
    let line: typeof grade = { ...grade, comparing: true };
    const server = workServer(approved());
    server.on(attemptEndpoints.workspace, () => ({ ...approved(), grades: [line] }));
    await startApp(at, server);
    const said = await screen.findByText('We’re comparing it with your LMS.');

    line = { ...grade, reason: 'changed_in_lms', lmsValue: 4 };
    const found = await screen.findByText('Changed in the LMS to 4.', {}, { timeout: 30_000 });

    expect(found).toBeInTheDocument();
    expect(said).not.toBeInTheDocument();
  });

  test('keeps what earlier rounds said', async () => {
    const { feedback } = aReturned();
    const { user } = await startApp(
      at,
      workServer({ ...approved(), earlierFeedback: feedback ? [feedback] : [] }),
    );

    await user.click(await screen.findByText('What earlier rounds said'));

    expect(screen.getAllByText('What changed for the eleven?').length).toBeGreaterThan(0);
    expect(screen.getByText(/^Returned .*, submission 7F3K$/)).toBeInTheDocument();
  });

  test('shows the receipt of the grade with every try', async () => {
    const { user, api } = await startApp(at, workServer(approved()));
    const receipt: ReplyOf<typeof receiptEndpoints.own> = {
      row: {
        id: idOf(70),
        person: 'Teacher 14',
        course: 'EdTech autumn',
        platform: 'Canvas',
        what: moduleAt(0).title,
        state: 'accepted',
        reason: 'none',
        comparedAt: null,
        comparing: false,
        paused: false,
        lmsMessage: null,
        scoreGiven: 10,
        scoreMaximum: 10,
        acceptedAt: new Date().toISOString(),
        lmsValue: null,
        lmsMaximum: null,
        tries: 1,
        triedSince: null,
        nextAt: null,
        actions: [],
      },
      attempts: [
        {
          id: idOf(71),
          at: new Date().toISOString(),
          kind: 'score',
          outcome: 'accepted',
          httpStatus: 200,
          reason: 'none',
          lmsMessage: null,
          requestHash: 'c8a65f3e'.padEnd(64, '0'),
          scoreGiven: 10,
          scoreMaximum: 10,
          milliseconds: 50,
          by: null,
        },
      ],
    };
    api.on(receiptEndpoints.own, () => receipt);

    await user.click(await screen.findByRole('button', { name: 'Receipt' }));

    const dialog = await screen.findByRole('dialog', { name: 'Your grade’s receipt' });
    expect(await within(dialog).findByText(/Score sent: accepted, answer 200/)).toBeInTheDocument();
    expect(within(dialog).getByText('c8a6 5f3e … 0000')).toBeInTheDocument();
    await expectAccessible();
  });
});
