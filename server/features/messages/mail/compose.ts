import MailComposer from 'nodemailer/lib/mail-composer';
import { isAboutOwnWork, type MessageKind } from '../../../../contract/messages.ts';
import { isolate } from '../../../../contract/isolation.ts';
import { html, type Html } from '../../../http/html.ts';
import type { PageWords } from '../../../words/pageWords.ts';
import type { MessageDoc } from '../message.model.ts';

/** What a mail needs besides its message. */
export interface Letterhead {
  /** `Waymark <no-reply@waymark.example>` */
  from: string;
  to: string;
  words: PageWords;
  /** Of the reader, for dates. */
  zone: string;
  /** Ends mails of this kind for this person, by one request. */
  unsubscribeUrl: string;
  /** The installation's host: names of messages end with it. */
  host: string;
}

type Told = Pick<MessageDoc, '_id' | 'kind' | 'events' | 'facts'>;

function valuesOf({ events, facts }: Told, { words, zone }: Pick<Letterhead, 'words' | 'zone'>) {
  const { pathwayTitle = '', moduleTitle = '', date } = facts;
  const { dir } = words;
  // making one costs as much as the rest of the mail
  const format = date && new Intl.DateTimeFormat(words.lang, { dateStyle: 'long', timeZone: zone });
  return {
    count: events.length,
    pathway: isolate(pathwayTitle, dir),
    module: isolate(moduleTitle, dir),
    hasDate: date ? 'yes' : 'no',
    date: format ? format.format(date) : '',
  };
}

/** Subject and sentence of a message in the reader's language. */
export function mailWords(
  message: Told,
  { words, zone }: Pick<Letterhead, 'words' | 'zone'>,
): { subject: string; text: string } {
  const { kind } = message;
  const values = valuesOf(message, { words, zone });
  return {
    subject: words.t(`mail.kinds.${kind}.subject`, values),
    text: words.t(`mail.kinds.${kind}.text`, values),
  };
}

/** Why the reader gets it. */
const whyOf = ({ t }: PageWords, kind: MessageKind): string =>
  t(isAboutOwnWork(kind) ? 'mail.why.work' : 'mail.why.duty');

interface Body {
  title: string;
  text: string;
  why: string;
}

const toHtml = ({ words: { lang, dir, t }, unsubscribeUrl }: Letterhead, { title, text, why }: Body): Html =>
  html`<!doctype html>
    <html lang="${lang}" dir="${dir}">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
      </head>
      <body style="font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:0 auto;padding:1em">
        <p>${text}</p>
        <p>${t('mail.where')}</p>
        <hr />
        <p style="font-size:14px">
          ${why} <a href="${unsubscribeUrl}">${t('mail.stop')}</a>. ${t('mail.choose')}
        </p>
      </body>
    </html>`;

/**
 * The whole mail, RFC 5322: text and HTML in the reader's language, and headers that end mails of its kind by one click (RFC 8058). It
 * loads nothing, so nobody can tell whether it was read.
 */
export async function composeMail(message: Told, head: Letterhead): Promise<Buffer> {
  const { t } = head.words;
  const { subject, text } = mailWords(message, head);
  const why = whyOf(head.words, message.kind);
  const foot = `${why}\n${t('mail.stop')}: ${head.unsubscribeUrl}\n${t('mail.choose')}`;
  const composer = new MailComposer({
    from: head.from,
    to: head.to,
    subject,
    text: `${text}\n\n${t('mail.where')}\n\n-- \n${foot}\n`,
    html: toHtml(head, { title: subject, text, why }).text,
    messageId: `<${message._id}@${head.host}>`,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'List-Unsubscribe': `<${head.unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Content-Language': head.words.lang,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return new Promise((resolve, reject) => {
    composer.compile().build((error, built) => {
      if (built) resolve(built);
      else reject(error ?? new Error('the mail could not be composed'));
    });
  });
}

/** What a kind is called on the page that ends its mails. */
export function kindName({ t }: PageWords, kind: MessageKind): string {
  return t(`unsubscribe.kinds.${kind}`);
}
