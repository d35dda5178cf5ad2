import { readTogether } from '../../combinedRead.ts';
import type { FindRecipients } from '../messages/telling.service.ts';
import { assignedPart } from '../assignments/assignments.service.ts';
import { eachParticipant } from '../enrolments/participants.service.ts';
import { listReviewerIds } from '../reviews/reviewers.service.ts';

const toRecipients = (personIds: readonly string[]) =>
  [...new Set(personIds)].map((personId) => ({ personId }));

const reviewers: FindRecipients = async function* ({ institutionId, audience }) {
  yield toRecipients(await listReviewerIds(institutionId, audience.contextIds ?? []));
};

const participants = (only: { openWork: boolean }): FindRecipients =>
  async function* ({ institutionId, audience: { runId = '' } }) {
    for await (const some of eachParticipant({ institutionId, runId }, only))
      yield some.map(({ personId, enrolmentId }) => ({
        personId,
        target: { page: 'map' as const, enrolmentId },
      }));
  };

const admins: FindRecipients = async function* ({ institutionId }) {
  const { assigned } = await readTogether({
    assigned: assignedPart(institutionId, { role: 'admin', contextIds: [], except: [] }),
  });
  yield toRecipients(assigned.map(({ personId }) => personId));
};

/** Who is told of what concerns several people: everybody who belongs to it when it is told. */
export const RECIPIENTS = {
  handed_in: reviewers,
  date_near: participants({ openWork: true }),
  date_moved: participants({ openWork: false }),
  admin_needed: admins,
} as const;
