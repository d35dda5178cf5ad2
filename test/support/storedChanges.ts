import { expect } from '@jest/globals';

type Documents = Record<string, ({ _id: string } & Record<string, unknown>)[]>;

/** What the version before a migration stored, and what this version finds after it. */
export interface Change {
  before: Documents;
  /** Indexes of that version, by collection: none of them is there afterwards. */
  indexes?: Record<string, string[]>;
  /** Collections in the order of their ids. One that is not there is empty. */
  after: Record<string, unknown[]>;
}

const institutionId = 'institution';
export const own = <T extends object>(_id: string, fields: T) => ({ _id, institutionId, ...fields });
export const [EARLIER, LATER] = [new Date('2026-11-20T08:00:00Z'), new Date('2026-11-21T08:00:00Z')];

/** The first migrations. */
export const FIRST_CHANGES: Record<string, Change> = {
  '0001-decision-order': {
    before: {
      enrolments: [own('enrolment', {})],
      attempts: [own('attempt', { enrolmentId: 'enrolment' })],
      decisions: [
        own('a', { attemptId: 'attempt', decidedAt: LATER }),
        own('b', { attemptId: 'attempt', decidedAt: EARLIER }),
      ],
      scoreIntents: [own('intent', { decisionId: 'a', deliveryId: 'delivery' })],
      deliveries: [own('delivery', { wanted: { decisionId: 'a' } })],
      scoreTargets: [own('target', { countedAt: EARLIER })],
    },
    indexes: { decisions: ['decisions_of_attempt'] },
    after: {
      enrolments: [own('enrolment', { decisionOrder: 2, lastDecidedAt: LATER })],
      decisions: [
        own('a', { attemptId: 'attempt', decidedAt: LATER, order: 2 }),
        own('b', { attemptId: 'attempt', decidedAt: EARLIER, order: 1 }),
      ],
      scoreIntents: [own('intent', { decisionId: 'a', deliveryId: 'delivery', order: 2 })],
      deliveries: [own('delivery', { wanted: { decisionId: 'a', order: 2, enrolmentId: 'enrolment' } })],
      scoreTargets: [own('target', {})],
    },
  },
  '0002-usage-by-person': {
    before: {
      artifactUsage: [own(institutionId, { bytes: 1 })],
      artifacts: [
        own('a', { personId: 'person', counted: 5, removedAt: null }),
        own('b', { personId: 'person', counted: 7, removedAt: null }),
        own('c', { personId: 'other', counted: 9, removedAt: EARLIER }),
      ],
    },
    indexes: { artifactUsage: ['artifact_usage'] },
    after: { artifactUsage: [own(`${institutionId}:person`, { personId: 'person', bytes: 12 })] },
  },
  '0003-line-item-key': {
    before: {
      columns: [
        own('bound', { lineItemUrl: 'https://lms.example/lineitems/7', state: 'bound' }),
        own('unbound', { state: 'unbound' }),
      ],
    },
    after: {
      columns: [
        own('bound', {
          lineItemUrl: 'https://lms.example/lineitems/7',
          state: 'bound',
          lineItemKey: 'lineitems/7',
        }),
        own('unbound', { state: 'unbound' }),
      ],
    },
  },
  '0004-versions-by-time': {
    before: { draftVersions: [own('version', { savedAt: EARLIER })] },
    indexes: { draftVersions: ['versions_of_piece'] },
    after: { draftVersions: [own('version', { savedAt: EARLIER })] },
  },
  '0005-no-course-admins': {
    before: {
      assignments: [
        own('a', { personId: 'person', role: 'admin', contextId: 'course' }),
        own('b', { personId: 'person', role: 'admin', contextId: null }),
        own('c', { personId: 'person', role: 'reviewer', contextId: 'course' }),
      ],
    },
    after: {
      assignments: [
        own('b', { personId: 'person', role: 'admin', contextId: null }),
        own('c', { personId: 'person', role: 'reviewer', contextId: 'course' }),
      ],
      auditPending: [
        expect.objectContaining({
          institutionId,
          action: 'assignment.taken',
          subject: { kind: 'person', id: 'person' },
          facts: { role: 'admin', contextId: 'course', by: 'migration' },
        }),
      ],
    },
  },
  '0006-platform-names': {
    before: {
      platforms: [
        { _id: 'host', issuer: 'https://lms.example', family: 'moodle', name: 'lms.example', inviteId: null },
        { _id: 'said', issuer: 'https://lms.example', family: 'moodle', name: 'Our LMS', inviteId: 'invite' },
        { _id: 'typed', issuer: 'https://lms.example', family: 'moodle', name: 'Our LMS', inviteId: null },
      ],
    },
    after: {
      platforms: [
        expect.objectContaining({ name: 'Moodle', nameFrom: 'make' }),
        expect.objectContaining({ name: 'Our LMS', nameFrom: 'platform' }),
        expect.objectContaining({ name: 'Our LMS', nameFrom: 'operator' }),
      ],
    },
  },
  '0007-wanted-resource': {
    before: {
      columns: [own('column', { resourceId: 'shown' })],
      deliveries: [
        own('a', { columnId: 'column', wanted: {} }),
        own('b', { columnId: 'column', wanted: { resourceId: 'shown before' } }),
      ],
    },
    after: {
      deliveries: [
        own('a', { columnId: 'column', wanted: { resourceId: 'shown' } }),
        own('b', { columnId: 'column', wanted: { resourceId: 'shown before' } }),
      ],
    },
  },
  '0008-no-login-states': {
    before: { loginStates: [{ _id: 'state', nonce: 'n' }] },
    after: { loginStates: [] },
  },
  '0009-reviews-by-due': {
    before: { reviews: [own('review', { dueAt: LATER })] },
    indexes: { reviews: ['review_queue', 'review_queue_of_course', 'reviews_due', 'reviews_due_of_course'] },
    after: { reviews: [own('review', { dueAt: LATER })] },
  },
};
