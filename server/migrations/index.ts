import type { Migration } from './migrations.ts';
import { decisionOrder } from './0001-decision-order.ts';
import { usageByPerson } from './0002-usage-by-person.ts';
import { lineItemKey } from './0003-line-item-key.ts';
import { versionsByTime } from './0004-versions-by-time.ts';
import { noCourseAdmins } from './0005-no-course-admins.ts';
import { platformNames } from './0006-platform-names.ts';
import { wantedResource } from './0007-wanted-resource.ts';
import { noLoginStates } from './0008-no-login-states.ts';
import { reviewsByDue } from './0009-reviews-by-due.ts';
import { launchRoles } from './0010-launch-roles.ts';
import { deliveryFilter } from './0011-delivery-filter.ts';
import { attemptSteps } from './0012-attempt-steps.ts';
import { institutionSettings } from './0013-institution-settings.ts';
import { jobNames } from './0014-job-names.ts';
import { contentModel } from './0015-content-model.ts';
import { partsOfContent3 } from './0016-parts-of-content-3.ts';
import { pathwayAwards } from './0017-pathway-awards.ts';
import { deliveryNames } from './0018-delivery-names.ts';
import { draftKinds } from './0019-draft-kinds.ts';
import { agreedNotice } from './0020-agreed-notice.ts';

/** Every numbered change of stored data, in the order in which they run. Nothing is removed or reordered once it has landed. */
export const MIGRATIONS: readonly Migration[] = [
  decisionOrder,
  usageByPerson,
  lineItemKey,
  versionsByTime,
  noCourseAdmins,
  platformNames,
  wantedResource,
  noLoginStates,
  reviewsByDue,
  launchRoles,
  deliveryFilter,
  attemptSteps,
  institutionSettings,
  jobNames,
  contentModel,
  partsOfContent3,
  pathwayAwards,
  deliveryNames,
  draftKinds,
  agreedNotice,
];
