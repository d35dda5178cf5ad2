/**
 * The areas of words, one file each in `en/`. A feature adds its line here and its words are typed and loaded with its
 * page (`words` in `pages/registry.ts`); `common` is part of the first paint.
 */
export const namespaces = {
  common: () => import('./en/common.json'),
  preview: () => import('./en/preview.json'),
  reviews: () => import('./en/reviews.json'),
  welcome: () => import('./en/welcome.json'),
  grade: () => import('./en/grade.json'),
  map: () => import('./en/map.json'),
  module: () => import('./en/module.json'),
  check: () => import('./en/check.json'),
  submission: () => import('./en/submission.json'),
  me: () => import('./en/me.json'),
  pick: () => import('./en/pick.json'),
  deliveries: () => import('./en/deliveries.json'),
  people: () => import('./en/people.json'),
};

export type Namespace = keyof typeof namespaces;

/** English words by area: what `t('…')` accepts. */
export type Words = { [N in Namespace]: Awaited<ReturnType<(typeof namespaces)[N]>>['default'] };
