import type { ComponentType } from 'react';
import type { Namespace } from '../i18n/namespaces.ts';
import type { RouteId } from '../routes.ts';
import { SessionOverPage } from './SessionOverPage.tsx';

export interface PageModule {
  /** Areas of words that the page needs in addition to `common`; they load together with it. */
  readonly words: readonly Namespace[];
  readonly load: () => Promise<ComponentType>;
}

/** The component of each route in `routes.ts`; each page is a separate chunk, unless it has to work without a network. */
export const PAGES: Readonly<Record<RouteId, PageModule>> = {
  home: { words: [], load: () => import('./HomePage.tsx').then((module) => module.HomePage) },
  // part of the first load: it is shown when nothing can be loaded any more
  sessionOver: { words: [], load: () => Promise.resolve(SessionOverPage) },
  welcome: {
    words: ['welcome'],
    load: () => import('../features/sessions/WelcomePage.tsx').then((module) => module.WelcomePage),
  },
  preview: {
    words: ['pathwayPreview'],
    load: () => import('../features/pathways/PreviewPage.tsx').then((module) => module.PreviewPage),
  },
  previewModule: {
    words: ['pathwayPreview', 'module'],
    load: () =>
      import('../features/attempts/PreviewModulePage.tsx').then((module) => module.PreviewModulePage),
  },
  map: {
    words: ['map', 'grade'],
    load: () => import('../features/pathways/MapPage.tsx').then((module) => module.MapPage),
  },
  module: {
    words: ['module', 'grade', 'preview'],
    load: () => import('../features/attempts/ModulePage.tsx').then((module) => module.ModulePage),
  },
  check: {
    words: ['check'],
    load: () => import('../features/attempts/check/CheckPage.tsx').then((module) => module.CheckPage),
  },
  submission: {
    words: ['submission'],
    load: () =>
      import('../features/attempts/submission/SubmissionPage.tsx').then((module) => module.SubmissionPage),
  },
  me: {
    words: ['me'],
    load: () => import('../features/sessions/MePage.tsx').then((module) => module.MePage),
  },
  reviews: {
    words: ['reviews'],
    load: () => import('../features/reviews/QueuePage.tsx').then((module) => module.QueuePage),
  },
  review: {
    words: ['reviews', 'preview'],
    load: () => import('../features/reviews/ReviewPage.tsx').then((module) => module.ReviewPage),
  },
  pick: {
    words: ['pick'],
    load: () => import('../features/deepLinking/PickPage.tsx').then((module) => module.PickPage),
  },
  deliveries: {
    words: ['deliveries'],
    load: () => import('../features/grades/DeliveriesPage.tsx').then((module) => module.DeliveriesPage),
  },
  people: {
    words: ['people'],
    load: () => import('../features/assignments/PeoplePage.tsx').then((module) => module.PeoplePage),
  },
};
