import { Router, text, type Request, type RequestHandler } from 'express';
import type { Answer } from '../modes/answer.ts';
import type { Lms } from '../lms.ts';
import type { ServiceName } from '../state/switches.ts';
import { answerLineItem, createLineItem, listLineItems } from './lineItems.ts';
import { checkTypeId } from './media.ts';
import { listMembers } from './memberships.ts';
import { listResults, receiveScore } from './results.ts';
import { refuse } from './access.ts';
import { serve } from './service.ts';

/** Assignment and grade services and the roster, under the paths of every mode. */
export function createServiceRoutes(lms: Lms): Router {
  const router = Router();
  const asText = text({ type: () => true, limit: '1mb' });
  const handle = (service: ServiceName, work: (lms: Lms, req: Request) => Answer): RequestHandler[] => [
    asText,
    serve(lms, service, (req) => checkTypeId(lms, req) ?? work(lms, req)),
  ];
  const containers = [
    '/lti/courses/:courseId/lineitems',
    '/api/lti/courses/:courseId/line_items',
    '/mod/lti/services.php/:courseId/lineitems',
  ];
  const items = [
    '/lti/courses/:courseId/lineitems/:lineItemId',
    '/api/lti/courses/:courseId/line_items/:lineItemId',
    '/mod/lti/services.php/:courseId/lineitems/:lineItemId/lineitem',
  ];
  router.get(containers, handle('lineitems', listLineItems));
  router.post(containers, handle('lineitems', createLineItem));
  router.post(below(items, 'scores'), handle('scores', receiveScore));
  router.get(below(items, 'results'), handle('results', listResults));
  for (const method of ['get', 'put', 'delete'] as const)
    router[method](items, handle('lineitems', answerLineItem));
  router.get(
    [
      '/lti/courses/:courseId/memberships',
      '/api/lti/courses/:courseId/names_and_roles',
      '/mod/lti/services.php/CourseSection/:courseId/bindings/:toolId/memberships',
    ],
    handle('memberships', listMembers),
  );
  // A score that was posted to the line item itself: the path was put behind the query.
  router.post(
    items,
    handle('scores', (_lms, req) => refuse(lms, 400, `No handler found for ${req.originalUrl}`)),
  );
  return router;
}

function below(paths: string[], segment: string): string[] {
  return paths.map((path) => `${path}/${segment}`);
}
