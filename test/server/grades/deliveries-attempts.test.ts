import { describe, expect, test } from '@jest/globals';
import { useGrading } from '../../support/gradingWorld.ts';

const SUBMISSION = 'https://canvas.instructure.com/lti/submission';

const { grading } = useGrading();

describe('Canvas’ attempts', () => {
  test('are made by the first try of a decision only', async () => {
    const platform = await grading().startLms('canvas');
    platform.demo.lms.switches.set('unavailable', { scope: 'scores', count: 1 });
    const pupil = await grading().open(platform, 'teacher-1', { moduleKey: null, points: 9 });
    grading().start();

    await grading().approve(pupil, { approved: 1, all: 3 });
    await grading().until(pupil, ({ state }) => state === 'accepted');
    await grading().approve(pupil, { approved: 2, all: 3 });
    await grading().until(pupil, ({ sent }) => sent?.given === 6);

    const told = platform.scores().map((body) => body[SUBMISSION] as Record<string, unknown>);
    expect(told.map((one) => one['new_submission'])).toEqual([true, false, true]);
    expect(told[0]).toMatchObject({
      submission_type: 'basic_lti_launch',
      submission_data: 'http://localhost:3000/lti/launch',
    });
  });
});
