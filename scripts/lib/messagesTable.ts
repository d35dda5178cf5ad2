import { isAboutOwnWork, MESSAGE_KINDS, MESSAGE_RULES, type MessageKind } from '../../contract/messages.ts';
import words from '../../client/src/i18n/en/me.json' with { type: 'json' };
import { withTable } from './generatedTable.ts';

/** The page that contains the table, relative to the root. */
export const MESSAGES_PAGE = 'docs/operations.md';

const WHO: Record<(typeof MESSAGE_RULES)[MessageKind]['to'], string> = {
  author: 'whose work it is',
  participants: 'everybody in the run',
  reviewers: 'reviewers of the course, except its author',
  formerReviewer: 'the colleague who had it',
  admins: 'admins of the institution',
};

const WHEN: Record<MessageKind, string> = {
  handed_in: 'work is submitted that reviewers judge',
  returned: 'a return can’t be undone any more',
  approved: 'it is approved',
  passed_on: 'a colleague has not saved anything in a review for three days, and it goes back to the others',
  date_near: 'three days are left to submit, and something is',
  date_moved: 'the date to submit by is set, moved or removed',
  admin_needed: 'a score comes to wait for an admin',
};

/** A page with the table of all kinds of messages between its markers. @throws {Error} if it has no markers */
export function withMessagesTable(page: string): string {
  const rows = MESSAGE_KINDS.map((kind) => {
    const { to, gatheredMinutes, mailsPerDay } = MESSAGE_RULES[kind];
    const gathers = gatheredMinutes === null ? 'one each' : `gathered, mailed after ${gatheredMinutes} min`;
    const agreed = isAboutOwnWork(kind) ? 'yes' : '–';
    const name = words.messages.kinds[kind];
    return `| \`${kind}\` | ${WHO[to]} | ${WHEN[kind]} | ${gathers} | ${mailsPerDay} | ${agreed} | ${name} |`;
  });
  const head = [
    '| Kind | Who | When | Messages | Mails a day, at most | Mailed only with consent | Switch under My data |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  return withTable(page, 'messages', [...head, ...rows]);
}
