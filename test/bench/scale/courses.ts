import { AGS_SCOPE } from '../../../server/lti/claimNames.ts';
import { ColumnModel, type ColumnDoc } from '../../../server/features/grades/columns/column.model.ts';
import { ContextModel, type ContextDoc } from '../../../server/features/launches/context.model.ts';
import { PlacementModel, type PlacementDoc } from '../../../server/features/launches/placement.model.ts';
import { columnIdOf, contextIdOf, idOf, KIND, ltiIdOf, riseAt, type Ground } from './ground.ts';
import { Pile } from './pile.ts';

const SCOPES = [AGS_SCOPE.lineItem, AGS_SCOPE.score, AGS_SCOPE.result];

function toContext(ground: Ground, course: number): ContextDoc {
  const { institutionId, platformId, deploymentId, lms } = ground;
  const ltiId = ltiIdOf(course);
  return {
    _id: contextIdOf(ground, course),
    institutionId,
    platformId,
    deploymentId,
    ltiId,
    label: `C${course}`,
    title: `Course ${course}`,
    history: [],
    lineItemsUrl: `${lms}/${course}/lineitems`,
    scopes: SCOPES,
    membershipsUrl: `${lms}/${course}/members`,
    claimsHash: 'seeded',
    createdAt: riseAt(ground, course),
  };
}

/** One link of a course and its grade column: of the whole pathway for 0, else of a module. */
function toLink(
  ground: Ground,
  course: number,
  which: number,
): { placement: PlacementDoc; column: ColumnDoc } {
  const { institutionId, platformId, deploymentId, version, lms } = ground;
  const contextId = contextIdOf(ground, course);
  const placementId = idOf(ground, KIND.placement, course * 4 + which);
  const moduleKey = which === 0 ? null : (ground.modules[which - 1]?.key ?? null);
  const resourceLinkId = `seeded-${course}-${which}`;
  const lineItemsUrl = `${lms}/${course}/lineitems`;
  const ags = { lineItemUrl: `${lineItemsUrl}/${which}`, lineItemsUrl, scopes: SCOPES };
  const shared = { institutionId, platformId, contextId, resourceLinkId, ...ags };
  return {
    placement: {
      _id: placementId,
      ...shared,
      deploymentId,
      contextLtiId: ltiIdOf(course),
      title: `Link ${which}`,
      pathwayKey: version.pathwayKey,
      moduleKey,
      policy: null,
      claimsHash: 'seeded',
      createdAt: riseAt(ground, course),
    },
    column: {
      _id: columnIdOf(ground, course, which),
      ...shared,
      placementId,
      state: 'bound',
      resourceId: `wm:${course}:${which}`,
      points: 10,
      rule: 'approved@1',
      title: `Link ${which}`,
      courseTitle: `Course ${course}`,
      platformName: 'Bench',
      changedAt: riseAt(ground, course),
    },
  };
}

/** Courses with four graded links each. The first course is the launches' own and is there already. */
export function coursesPile(ground: Ground, from: number, to: number): Pile {
  const pile = new Pile();
  for (let course = from; course < to; course++) {
    if (course > 0) pile.add(ContextModel, toContext(ground, course));
    for (let which = 0; which < 4; which++) {
      const { placement, column } = toLink(ground, course, which);
      if (course > 0) pile.add(PlacementModel, placement);
      pile.add(ColumnModel, column);
    }
  }
  return pile;
}
