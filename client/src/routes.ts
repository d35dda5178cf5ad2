import type { Hat } from '../../contract/common.ts';

interface RouteFacts {
  /** Below `/app/:key`, in react-router's form. */
  readonly path: string;
  /** Under which hat the page stands; null for pages that belong to none. */
  readonly hat: Hat | null;
  /** Loads without a session: what is said there needs none. */
  readonly open?: true;
}

/**
 * Every page of the client. `pages/registry.ts` gives each its component (the compiler asks for it); tests walk over this list, so
 * it loads nothing.
 */
export const ROUTES = {
  home: { path: '', hat: null },
  sessionOver: { path: 'session-over', hat: null, open: true },
  welcome: { path: 'welcome', hat: null },
  preview: { path: 'preview', hat: 'designer' },
  previewModule: { path: 'preview/modules/:moduleKey', hat: 'designer' },
  map: { path: 'pathways/:enrolmentId', hat: 'participant' },
  module: { path: 'modules/:attemptId', hat: 'participant' },
  check: { path: 'modules/:attemptId/check', hat: 'participant' },
  submission: { path: 'submissions/:submissionId', hat: 'participant' },
  me: { path: 'me', hat: null },
  reviews: { path: 'reviews', hat: 'reviewer' },
  review: { path: 'reviews/:reviewId', hat: 'reviewer' },
  pick: { path: 'pick', hat: 'designer' },
  deliveries: { path: 'admin/deliveries', hat: 'admin' },
  people: { path: 'admin/people', hat: 'admin' },
} as const satisfies Readonly<Record<string, RouteFacts>>;

export type RouteId = keyof typeof ROUTES;

/** Where a hat's own pages begin, below `/app/:key`. A hat without one has no pages yet and is not offered. */
export const HAT_HOMES: Readonly<Partial<Record<Hat, string>>> = {
  participant: '?to=map',
  reviewer: 'reviews',
  designer: 'preview',
  admin: 'admin/deliveries',
};
