import type { Lms } from '../lms.ts';

/** The people whom anyone can act as, and one course with all of them but the LMS admin in it. */
export function seed(lms: Lms): void {
  for (let n = 1; n <= 5; n += 1) lms.people.add({ id: `teacher-${n}`, name: `Teacher ${n}` });
  lms.people.add({ id: 'designer', name: 'Course designer' });
  lms.people.add({ id: 'reviewer', name: 'Reviewer' });
  lms.people.add({ id: 'admin', name: 'LMS admin', siteAdmin: true });
  lms.people.add({ id: 'test-student', name: 'Test student', testUser: true });
  const course = lms.courses.add({ title: 'EdTech practice, autumn round', label: 'EDTECH-A' });
  for (let n = 1; n <= 5; n += 1) lms.courses.enrol(course.id, `teacher-${n}`, 'learner');
  lms.courses.enrol(course.id, 'designer', 'designer');
  lms.courses.enrol(course.id, 'reviewer', 'instructor');
}
