import { model, Schema } from 'mongoose';
import { MESSAGE_KINDS, MESSAGES_KEPT_DAYS, type MessageKind } from '../../../contract/messages.ts';
import { tenanted } from '../../tenancy.ts';
import { ABOUT, part, type MessageDoc } from './message.model.ts';

/** By what the people whom an event concerns are found, once it is told. */
export interface Audience {
  /** Courses. */
  contextIds?: string[];
  runId?: string;
  /** People who are not told. */
  except?: string[];
}

/**
 * Something that several people are told, written in the transaction of its cause. Who they are is looked up afterwards, so that a
 * submission does not wait for the list of its reviewers.
 */
export interface MessageEventDoc {
  _id: string;
  institutionId: string;
  kind: MessageKind;
  /** An event happens once under its key. */
  key: string;
  audience: Audience;
  facts: MessageDoc['facts'];
  target: MessageDoc['target'];
  at: Date;
  /** Absent once everybody was told. */
  pending?: true;
}

const schema = new Schema<MessageEventDoc>(
  {
    _id: { type: String, required: true },
    kind: { type: String, enum: MESSAGE_KINDS, required: true, immutable: true },
    key: { type: String, required: true, immutable: true },
    audience: {
      type: part({
        contextIds: { type: [String], default: undefined },
        runId: String,
        except: { type: [String], default: undefined },
      }),
      required: true,
    },
    ...ABOUT,
    at: { type: Date, required: true },
    pending: { type: Boolean },
  },
  { collection: 'messageEvents', strict: 'throw', versionKey: false, minimize: false },
);
schema.plugin(tenanted);
schema.index({ institutionId: 1, key: 1 }, { unique: true, name: 'message_event_by_key' });
schema.index(
  { institutionId: 1, at: 1 },
  { name: 'message_events_pending', partialFilterExpression: { pending: true } },
);
schema.index({ at: 1 }, { expireAfterSeconds: MESSAGES_KEPT_DAYS * 24 * 3600, name: 'message_event_expiry' });

export const MessageEventModel = model<MessageEventDoc>('MessageEvent', schema);
