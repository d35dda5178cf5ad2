import { afterAll, describe, expect, test } from '@jest/globals';
import { startDemoLms, type DemoLms } from '../../../demo-lms/server.ts';
import { sessionEndpoints } from '../../../contract/sessions.ts';
import { registerDemoPlatform } from '../../../server/cli/demoPlatform.ts';
import { useApp } from '../../support/app.ts';
import { SAMPLE } from '../../support/build.ts';
import { launchResponse, launchThrough } from '../../support/launching.ts';

const world = useApp();
const running: DemoLms[] = [];

/** An LMS of that kind, registered by a one-time invite, with a graded link to the sample pathway. */
async function joined(mode: 'plain' | 'canvas' | 'moodle' | 'schoology') {
  const lms = await startDemoLms({ mode, toolUrl: world.url });
  running.push(lms);
  await registerDemoPlatform(world.deps, world.institutionId, lms.url);
  const [tool] = lms.lms.tools.list();
  const [course] = lms.lms.courses.list();
  if (!tool || !course) throw new Error('the demo LMS has no tool or no course');
  const custom = { wm_pathway: SAMPLE.key };
  const lineItem = { scoreMaximum: 10 };
  const link = lms.lms.embed({ courseId: course.id, toolId: tool.id, title: 'Link', custom, lineItem });
  return { lms, linkId: link.id, courseId: course.id, toolId: tool.id };
}

afterAll(() => Promise.all(running.map((lms) => lms.close())));

describe.each(['plain', 'canvas', 'moodle', 'schoology'] as const)('an LMS that behaves as %s', (mode) => {
  test('registers, launches a teacher and a reviewer, and lets a designer pick', async () => {
    const { lms, linkId, courseId, toolId } = await joined(mode);
    const infoOf = async (personId: string) => {
      const caller = world.callerOf(await launchThrough(world.url, lms, { personId, linkId }));
      return (await caller.call(sessionEndpoints.get)).body;
    };

    const teacher = await infoOf('teacher-1');
    const reviewer = await infoOf('reviewer');
    const picked = await launchThrough(world.url, lms, { personId: 'designer', courseId, toolId });

    expect(teacher).toMatchObject({ roles: ['participant'], shows: { kind: 'pathway' }, grading: 'on' });
    expect(teacher.frame.family).toBe(mode === 'plain' ? 'other' : mode);
    expect(reviewer.roles).toContain('reviewer');
    const picker = await world.callerOf(picked).call(sessionEndpoints.get);
    expect(picker.body).toMatchObject({ shows: { kind: 'picker' }, startsAs: 'designer' });
  });

  test('is told when a learner asks to pick', async () => {
    const { lms, courseId, toolId } = await joined(mode);

    const response = await launchResponse(world.url, lms, { personId: 'teacher-2', courseId, toolId });

    expect(response.status).toBe(403);
    expect(await response.text()).toContain('Adding links is for those who run the course');
  });
});
