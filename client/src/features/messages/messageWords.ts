import type { TFunction } from 'i18next';
import type { MessageRow, MessageTarget } from '../../../../contract/messages.ts';

/** Where a message leads, below `/app/:key`. */
export function pathOfTarget(target: MessageTarget): string {
  switch (target.page) {
    case 'module':
      return `modules/${target.attemptId}`;
    case 'map':
      return `pathways/${target.enrolmentId}`;
    case 'deliveries':
      return 'admin/deliveries';
    case 'home':
      return '';
    case 'peers':
    case 'reviews':
      return target.page;
  }
}

/** What a message says. @param formatDay  in the institution's time zone, as dates are elsewhere */
export function messageText(
  t: TFunction<'messages'>,
  { kind, count, facts }: Pick<MessageRow, 'kind' | 'count' | 'facts'>,
  formatDay: (date: string) => string,
): string {
  const { pathwayTitle: pathway = '', moduleTitle: module = '', date } = facts;
  const when = date ? { hasDate: 'yes', date: formatDay(date) } : { hasDate: 'no', date: '' };
  return t(`kinds.${kind}`, { count, pathway, module, ...when });
}
