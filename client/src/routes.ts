import type { Role } from '../../contract/common.ts';

interface RouteFacts {
  /** Below `/app/:key`, in react-router's form. */
  readonly path: string;
  /** The role under which the page is shown; null for pages that belong to none. */
  readonly role: Role | null;
  /** Loads without a session, because its content needs none. */
  readonly open?: true;
}

/**
 * Every page of the client. `pages/registry.ts` gives each its component (the compiler requires it); tests iterate over this
 * list, so it loads nothing.
 */
export const ROUTES = {
  home: { path: '', role: null },
  sessionOver: { path: 'session-over', role: null, open: true },
  welcome: { path: 'welcome', role: null },
  preview: { path: 'preview', role: 'designer' },
  previewModule: { path: 'preview/modules/:moduleKey', role: 'designer' },
  map: { path: 'pathways/:enrolmentId', role: 'participant' },
  module: { path: 'modules/:attemptId', role: 'participant' },
  check: { path: 'modules/:attemptId/check', role: 'participant' },
  submission: { path: 'submissions/:submissionId', role: 'participant' },
  me: { path: 'me', role: null },
  reviews: { path: 'reviews', role: 'reviewer' },
  review: { path: 'reviews/:reviewId', role: 'reviewer' },
  pick: { path: 'pick', role: 'designer' },
  deliveries: { path: 'admin/deliveries', role: 'admin' },
  people: { path: 'admin/people', role: 'admin' },
} as const satisfies Readonly<Record<string, RouteFacts>>;

export type RouteId = keyof typeof ROUTES;

/** Where a role's own pages begin, below `/app/:key`. A role that is missing here has no pages yet and is not offered. */
export const ROLE_HOMES: Readonly<Partial<Record<Role, string>>> = {
  participant: '?to=map',
  reviewer: 'reviews',
  designer: 'preview',
  admin: 'admin/deliveries',
};
