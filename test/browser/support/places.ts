import type { RouteId } from '../../../client/src/routes.ts';
import { SAMPLE } from '../../support/build.ts';
import { callerAs, embedSample, openWindow, prepareWork } from './prepared.ts';
import type { Page } from '@playwright/test';
import type { World } from './world.ts';

/** Who looks at a page of the router, and where it lies below `/app/:key/`. */
export type Places = Record<RouteId, { person: string; path: string }>;

/** A course with work in every state that a page needs, and the way to each page of the router. */
export async function preparePlaces(world: World): Promise<{ places: Places; link: string }> {
  const links = embedSample(world);
  const handedIn = { personId: 'teacher-2', text: 'Nine of eleven wrote the unit.', submit: true };
  const begun = { personId: 'teacher-1', text: 'Eleven left the unit out.', submit: false };
  const done = await prepareWork(world, links, handedIn);
  const own = await prepareWork(world, links, begun);
  const review = await callerAs(world, 'reviewer', links.module);
  const queue = (await review('GET', '/reviews')) as { rows: { id: string }[] };
  await callerAs(world, 'teacher-5', links.module);
  await world.waymark('assign', 'Teacher 5', 'admin', '--institution', 'Demo District');
  const places = {
    home: { person: 'teacher-3', path: '' },
    sessionOver: { person: 'teacher-1', path: 'session-over' },
    welcome: { person: 'teacher-4', path: 'welcome' },
    preview: { person: 'designer', path: 'preview' },
    previewModule: { person: 'designer', path: `preview/modules/${SAMPLE.modules[0]?.key ?? ''}` },
    map: { person: 'teacher-1', path: `pathways/${own.enrolmentId}` },
    module: { person: 'teacher-1', path: `modules/${own.attemptId}` },
    check: { person: 'teacher-1', path: `modules/${own.attemptId}/check` },
    submission: { person: 'teacher-2', path: `submissions/${done.submissionId}` },
    me: { person: 'teacher-1', path: 'me' },
    reviews: { person: 'reviewer', path: 'reviews' },
    review: { person: 'reviewer', path: `reviews/${queue.rows[0]?.id ?? ''}` },
    pick: { person: 'designer', path: 'pick' },
    deliveries: { person: 'teacher-5', path: 'admin/deliveries' },
    people: { person: 'teacher-5', path: 'admin/people' },
  };
  return { places, link: links.module };
}

/** Launches each person once, in a window of its own, and says under which address that person's pages lie. */
export function createRoots(page: Page, world: World, link: string): (person: string) => Promise<string> {
  const roots = new Map<string, string>();
  return async (person) => {
    const root = roots.get(person) ?? (await openWindow(page, world, person, link));
    roots.set(person, root);
    return root;
  };
}
