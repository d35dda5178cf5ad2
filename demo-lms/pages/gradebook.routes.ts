import { Router, type Request } from 'express';
import type { Lms } from '../lms.ts';
import { LmsError } from '../state/errors.ts';
import type { Course } from '../state/types.ts';
import { field, isStaff, numberField, readContext, requireStaff } from './context.ts';
import { requireMember } from './course.routes.ts';
import { gradebookPage, myGradesPage } from './gradebook.pages.ts';

type Action = (lms: Lms, course: Course, req: Request) => string;

/** What a teacher can do in the gradebook: each name is a path under `/gradebook`, each answer the note shown. */
const ACTIONS: Record<string, Action> = {
  override(lms, course, req) {
    const item = columnOf(lms, course, req);
    const personId = lms.people.get(field(req, 'person')).id;
    lms.gradebook.override(item.id, personId, numberField(req, 'score'));
    return 'The grade was changed.';
  },
  release(lms, course, req) {
    lms.gradebook.releaseOverride(columnOf(lms, course, req).id, field(req, 'person'));
    return 'The tool’s scores count again.';
  },
  remove(lms, course, req) {
    lms.gradebook.removeGrade(columnOf(lms, course, req).id, field(req, 'person'));
    return 'The grade was removed.';
  },
  lock(lms, course, req) {
    const item = columnOf(lms, course, req);
    lms.gradebook.lock(item.id, !item.locked);
    return item.locked ? 'The column is locked.' : 'The column is unlocked.';
  },
  'delete-column'(lms, course, req) {
    lms.gradebook.removeLineItem(columnOf(lms, course, req).id);
    return 'The column was deleted.';
  },
  column(lms, course, req) {
    const item = columnOf(lms, course, req);
    const points = numberField(req, 'points');
    if (points !== null && points !== item.scoreMaximum) {
      if (field(req, 'keep') === 'on') item.scoreMaximum = points;
      else lms.gradebook.rescale(item.id, points);
    }
    item.allowedAttempts = numberField(req, 'attempts');
    return 'The column was changed.';
  },
  'new-column'(lms, course, req) {
    const toolId = field(req, 'tool') || null;
    lms.gradebook.addLineItem({
      courseId: course.id,
      toolId,
      label: field(req, 'label') || 'Column',
      scoreMaximum: numberField(req, 'points') ?? 100,
      linkId: field(req, 'link') || null,
    });
    return 'The column was made.';
  },
  conclude(lms, course) {
    lms.courses.conclude(course.id, !course.concluded);
    return course.concluded ? 'The course has ended.' : 'The course is open again.';
  },
};

/** The gradebook of staff, and what a learner sees of it. */
export function createGradebookRoutes(lms: Lms): Router {
  const router = Router();
  router.get('/courses/:courseId/gradebook', (req, res) => {
    const context = readContext(lms, req);
    const course = requireMember(context, req.params.courseId);
    res.send(isStaff(context, course) ? gradebookPage(context, course) : myGradesPage(context, course));
  });
  router.post('/courses/:courseId/gradebook/:action', (req, res) => {
    const context = readContext(lms, req);
    const course = lms.courses.get(req.params.courseId);
    requireStaff(context, course);
    const action = Object.hasOwn(ACTIONS, req.params.action) ? ACTIONS[req.params.action] : undefined;
    if (!action) throw new LmsError(404, 'There is no such action.');
    const note = action(lms, course, req);
    res.redirect(303, `/courses/${course.id}/gradebook?note=${encodeURIComponent(note)}`);
  });
  return router;
}

function columnOf(lms: Lms, course: Course, req: Request) {
  const item = lms.gradebook.getLineItem(field(req, 'item'));
  if (item.courseId !== course.id) throw new LmsError(404, 'The column is of another course.');
  return item;
}
