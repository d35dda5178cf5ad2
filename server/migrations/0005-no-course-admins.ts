import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import type { Migration } from './migrations.ts';

/** What this change reads of an assignment. */
interface Assignment {
  _id: string;
  institutionId: string;
  personId: string;
  role: string;
  contextId: string | null;
}
/** A line of the audit that waits to be sealed, as this version writes it. */
interface Line {
  _id: string;
  institutionId: string;
  at: Date;
  [field: string]: unknown;
}

/** The database's time: this process's clock may be wrong. */
async function databaseTime(): Promise<Date> {
  const hello = await mongoose.connection.db?.admin().command({ hello: 1 });
  return hello?.['localTime'] as Date;
}

/**
 * Admins of one course could do everything in the whole institution, once they came from that course. They lose that role (it is
 * never widened beyond what was meant), and the institution's audit has a line for each.
 */
export const noCourseAdmins: Migration = {
  id: '0005-no-course-admins',
  async run() {
    const { connection } = mongoose;
    const assignments = connection.collection<Assignment>('assignments');
    const courseAdmins = { role: 'admin', contextId: { $ne: null } } as const;
    for (const { _id, institutionId, personId, contextId } of await assignments
      .find(courseAdmins)
      .toArray()) {
      const at = await databaseTime();
      await connection.transaction(async (tx) => {
        const { deletedCount } = await assignments.deleteOne({ _id, ...courseAdmins }, { session: tx });
        if (deletedCount === 0) return;
        const line = {
          _id: randomUUID(),
          institutionId,
          at,
          personId: null,
          sessionId: null,
          action: 'assignment.taken',
          subject: { kind: 'person', id: personId },
          facts: { role: 'admin', contextId, by: 'migration' },
          serial: 0,
        };
        await connection.collection<Line>('auditPending').insertOne(line, { session: tx });
      });
    }
  },
};
