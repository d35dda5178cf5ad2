import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildGrading, type Grading } from '../support/grading.ts';
import { useServices } from '../support/services.ts';

const { deps } = useServices();
let grading: Grading;

beforeEach(async () => {
  grading = await buildGrading(deps);
});
afterEach(async () => {
  await grading.close();
});

describe('a score on its way', () => {
  test.each(['plain', 'canvas', 'moodle', 'schoology'] as const)(
    'arrives in the gradebook of a %s platform, with a receipt',
    async (mode) => {
      const platform = await grading.startLms(mode);
      const pupil = await grading.open(platform, 'teacher-1');
      grading.start();

      await grading.approve(pupil);
      const head = await grading.until(pupil, ({ state }) => state === 'accepted');

      expect(platform.gradeOf('teacher-1')?.score).toBe(10);
      expect(head).toMatchObject({ reason: 'none', bucket: 'in_gradebook' });
      const [receipt] = await grading.historyOf(pupil);
      expect(receipt).toMatchObject({ kind: 'score', outcome: 'accepted', scoreGiven: 10 });
      expect(receipt?.requestHash).toMatch(/^[0-9a-f]{64}$/u);
    },
  );
});
