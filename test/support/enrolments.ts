import { randomUUID } from 'node:crypto';
import type { Deps } from '../../server/deps.ts';
import { ColumnModel } from '../../server/features/grades/columns/column.model.ts';
import { compareReturned } from '../../server/features/grades/deliveries/returns.service.ts';
import { ensureScoreTargets } from '../../server/features/grades/columns/targets.service.ts';
import { ContextModel } from '../../server/features/launches/context.model.ts';
import { MembershipModel } from '../../server/features/launches/membership.model.ts';
import {
  syncAllRosters,
  type CourseRosterDeps,
} from '../../server/features/rosters/courseRosters.service.ts';
import { PlatformStore } from '../../server/lti/platforms.ts';
import { createLtiServices } from '../../server/lti/services.ts';
import type { Grading, Platform, Pupil } from './grading.ts';

const PATHWAY = { moduleKey: null, points: 10 };
const NOTHING = { progress: { approved: 0, all: 2 }, decided: null };

/** A course with a roster that can be read, in which somebody has launched as a learner. */
export interface Enrolments {
  openCourse(mode: 'plain' | 'moodle' | 'canvas'): Promise<{ platform: Platform; pupil: Pupil }>;
  readRosters(change?: Partial<CourseRosterDeps>): Promise<number>;
  /** Opens the link again as the same person. */
  launchAgain(platform: Platform, pupil: Pupil): Promise<void>;
  enrol(platform: Platform): void;
  unenrol(platform: Platform): void;
  /** Unenrols and re-enrols a person, with a roster read in between. */
  leaveAndReturn(platform: Platform): Promise<void>;
  /** Sends the first score, 5 out of 10, to the gradebook. */
  sendFirst(pupil: Pupil): Promise<void>;
}

/** @param current  the world of the running test */
export function useEnrolments(deps: Deps, current: () => Grading): Enrolments {
  const enrolments: Enrolments = {
    async openCourse(mode) {
      const grading = current();
      const platform = await grading.startLms(mode);
      const { lms, url } = platform.demo;
      const { institutionId } = grading;
      const pupil = await grading.open(platform, 'teacher-1', PATHWAY);
      const common = { institutionId, claimsHash: 'h', createdAt: deps.clock.now() };
      await ContextModel.create({
        ...common,
        _id: platform.contextId,
        platformId: platform.platformId,
        deploymentId: randomUUID(),
        ltiId: 'course',
        membershipsUrl: `${url}${lms.rules().rosterPath(platform.courseId, platform.tool.id)}`,
      });
      const who = { launchKey: randomUUID(), personId: pupil.personId, contextId: platform.contextId };
      await MembershipModel.create({ ...common, ...who, _id: randomUUID(), roles: ['Learner'] });
      return { platform, pupil };
    },
    readRosters(change = {}) {
      const { keys, outbound, institutionId } = current();
      const services = createLtiServices({ ...deps, keys, outbound });
      const own = { ...deps, services, platforms: new PlatformStore(), onReturned: compareReturned };
      return syncAllRosters({ ...own, ...change }, { institutionIds: [institutionId], olderThanMs: 0 });
    },
    async launchAgain(platform, pupil) {
      const { institutionId } = current();
      const { platformId, family, pathwayKey } = platform;
      const column = await ColumnModel.findOne({ institutionId, platformId }).lean();
      if (!column) throw new Error('the link has no column');
      const lineItemUrl = column.lineItemUrl ?? null;
      await ensureScoreTargets(
        deps,
        { institutionId, personId: pupil.personId, platformId, family, practice: false },
        {
          link: { ...column, lineItemUrl, pathwayKey, moduleKey: null, rule: null },
          sub: pupil.sub,
          subject: { kind: 'enrolment', id: pupil.enrolmentId },
          subjectIds: [pupil.enrolmentId, pupil.attemptId],
          known: NOTHING,
          count: () => Promise.resolve(NOTHING),
        },
      );
    },
    enrol: ({ demo, courseId }) => demo.lms.courses.enrol(courseId, 'teacher-1'),
    unenrol: ({ demo, courseId }) => demo.lms.unenrol(courseId, 'teacher-1'),
    async leaveAndReturn(platform) {
      await enrolments.readRosters();
      enrolments.unenrol(platform);
      await enrolments.readRosters();
      enrolments.enrol(platform);
    },
    async sendFirst(pupil) {
      const grading = current();
      grading.start();
      await grading.approve(pupil, { approved: 1, all: 2 });
      await grading.until(pupil, ({ state }) => state === 'accepted');
    },
  };
  return enrolments;
}
