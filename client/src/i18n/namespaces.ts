/**
 * The areas of words, one file each in `en/`. A feature adds its line here, and its words are typed and loaded with its page
 * (`words` in `pages/registry.ts`); `common` is part of the first paint.
 */
export const namespaces = {
  common: () => import('./en/common.json', { with: { type: 'json' } }),
  preview: () => import('./en/preview.json', { with: { type: 'json' } }),
  reviews: () => import('./en/reviews.json', { with: { type: 'json' } }),
  welcome: () => import('./en/welcome.json', { with: { type: 'json' } }),
  grade: () => import('./en/grade.json', { with: { type: 'json' } }),
  map: () => import('./en/map.json', { with: { type: 'json' } }),
  pathwayPreview: () => import('./en/pathwayPreview.json', { with: { type: 'json' } }),
  module: () => import('./en/module.json', { with: { type: 'json' } }),
  check: () => import('./en/check.json', { with: { type: 'json' } }),
  submission: () => import('./en/submission.json', { with: { type: 'json' } }),
  messages: () => import('./en/messages.json', { with: { type: 'json' } }),
  me: () => import('./en/me.json', { with: { type: 'json' } }),
  pick: () => import('./en/pick.json', { with: { type: 'json' } }),
  deliveries: () => import('./en/deliveries.json', { with: { type: 'json' } }),
  studio: () => import('./en/studio.json', { with: { type: 'json' } }),
  lint: () => import('../../../contract/lint/words/en.json', { with: { type: 'json' } }),
  frameworks: () => import('./en/frameworks.json', { with: { type: 'json' } }),
  overlays: () => import('./en/overlays.json', { with: { type: 'json' } }),
  people: () => import('./en/people.json', { with: { type: 'json' } }),
  versions: () => import('./en/versions.json', { with: { type: 'json' } }),
};

export type Namespace = keyof typeof namespaces;

/** English words by area: what `t('…')` accepts. */
export type Words = { [N in Namespace]: Awaited<ReturnType<(typeof namespaces)[N]>>['default'] };
