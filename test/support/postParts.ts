import type { District } from './app.ts';
import { FIRST_MODULE } from './work.ts';

const { A, B } = FIRST_MODULE;

/** What a reviewer sends. @param level  of the second criterion; the first one is met */
export const judged = (level: 'meets' | 'approaching') => ({
  judgements: [
    { criterionKey: A, level: 'meets' as const, comment: '' },
    { criterionKey: B, level, comment: 'Name the piles.' },
  ],
  summary: '',
});

/** Another column of the same course, created by hand. */
export function addColumn({ lms: { lms } }: District): string {
  const [course, tool] = [lms.courses.list()[0], lms.tools.list()[0]];
  if (!course || !tool) throw new Error('the LMS has no course or no tool');
  const item = { courseId: course.id, toolId: tool.id, label: 'By hand', scoreMaximum: 10 };
  return lms.lineItemUrl(lms.gradebook.addLineItem(item), tool.id);
}
