import { z } from 'zod';
import { MessageKind } from '../../../contract/messages.ts';
import type { Deps } from '../../deps.ts';
import { chooseMessages, findMessageSettings } from './settings.service.ts';

/** Below the installation's address. */
export const UNSUBSCRIBE_PATH = '/mail/unsubscribe';

const PURPOSE = 'mail-unsubscribe';
const TAG_BYTES = 16;

/** Whose mails of which kind a link ends. */
const Ended = z.tuple([z.uuid(), z.uuid(), MessageKind]);
export interface Unsubscription {
  institutionId: string;
  personId: string;
  kind: MessageKind;
}

/**
 * The link of a mail that ends mails of its kind. It needs no session, never expires, and proves nothing else: whoever has it can end
 * these mails and see nothing.
 */
export function unsubscribeUrl(
  { config, sealer }: Pick<Deps, 'sealer'> & { config: Pick<Deps['config'], 'publicUrl'> },
  { institutionId, personId, kind }: Unsubscription,
): string {
  const data = Buffer.from(JSON.stringify([institutionId, personId, kind]));
  const token = [data, sealer.tag(data, PURPOSE, TAG_BYTES)]
    .map((part) => part.toString('base64url'))
    .join('.');
  return `${config.publicUrl}${UNSUBSCRIBE_PATH}/${token}`;
}

/** What a link of ours ends; null for anything else. */
export function readUnsubscription({ sealer }: Pick<Deps, 'sealer'>, token: string): Unsubscription | null {
  const [data, tag] = token.split('.').map((part) => Buffer.from(part, 'base64url'));
  if (!data || tag?.length !== TAG_BYTES || !sealer.isTagged(data, tag, PURPOSE)) return null;
  const ended = Ended.safeParse(JSON.parse(data.toString()));
  if (!ended.success) return null;
  const [institutionId, personId, kind] = ended.data;
  return { institutionId, personId, kind };
}

/** Ends mails of a kind; the messages stay in the inbox. Ending them twice is not an error. */
export async function unsubscribe({ kind, ...whose }: Unsubscription): Promise<void> {
  const settings = await findMessageSettings(whose);
  // who wants none at all gets none in the inbox either
  if (settings?.choices?.[kind] !== 'off') await chooseMessages(whose, kind, 'inbox');
}
