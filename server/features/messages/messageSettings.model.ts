import { model, Schema } from 'mongoose';
import { MESSAGE_KINDS, MessageChoice, type MessageKind } from '../../../contract/messages.ts';
import { tenanted } from '../../tenancy.ts';

/** How a person wants to get messages, and what was mailed to them today; `_id` is the person's. Absent until something is known. */
export interface MessageSettingsDoc {
  _id: string;
  institutionId: string;
  /** By kind, as far as the person chose. */
  choices?: Partial<Record<MessageKind, MessageChoice>>;
  /** Of their browser. */
  zone?: string;
  /** Of the launch from which they told the zone: the language of their mail. */
  locale?: string;
  /** The mails of one day of theirs: the caps count them. */
  mailed?: { day: string; mails: { id: string; kind: MessageKind }[] };
  /** Hash of an address that the mail server refused for good, and when. */
  refused?: { addressHash: string; at: Date };
}

const part = (members: Record<string, unknown>) => new Schema(members, { _id: false });
const choice = { type: String, enum: MessageChoice.options };
const schema = new Schema<MessageSettingsDoc>(
  {
    _id: { type: String, required: true },
    choices: { type: part(Object.fromEntries(MESSAGE_KINDS.map((kind) => [kind, choice]))) },
    zone: { type: String },
    locale: { type: String },
    mailed: { type: part({ day: String, mails: [part({ id: String, kind: String })] }) },
    refused: { type: part({ addressHash: String, at: Date }) },
  },
  { collection: 'messageSettings', strict: 'throw', versionKey: false },
);
schema.plugin(tenanted);

export const MessageSettingsModel = model<MessageSettingsDoc>('MessageSettings', schema);
