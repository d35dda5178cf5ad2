import type { Migration } from './migrations.ts';
import { dropIndex } from './dropIndex.ts';

/** Versions of the same millisecond are ordered by their ids, so that a page of the history begins where the last one ended. */
export const versionsByTime: Migration = {
  id: '0004-versions-by-time',
  run: () => dropIndex('draftVersions', 'versions_of_piece'),
};
