import { part, readOfEach } from '../../combinedRead.ts';
import type { Deps } from '../../deps.ts';
import type { MessageKind } from '../../../contract/messages.ts';
import { MessageEventModel, type MessageEventDoc } from './messageEvent.model.ts';
import { tell, type Recipient } from './messages.service.ts';

/** The people whom an event concerns, some at a time. */
export type FindRecipients = (event: MessageEventDoc) => AsyncIterable<readonly Recipient[]>;

export interface TellingDeps extends Pick<Deps, 'log'> {
  listInstitutionIds: () => Promise<readonly string[]>;
  /** For the kinds that are told to more than one person. */
  recipients: Readonly<Partial<Record<MessageKind, FindRecipients>>>;
}

/** Read at once, of one institution. */
const PAGE = 200;

async function tellEverybody({ recipients }: TellingDeps, event: MessageEventDoc): Promise<void> {
  const find = recipients[event.kind];
  if (!find) throw new Error(`nobody knows who is told of ${event.kind}`);
  const { except = [] } = event.audience;
  for await (const found of find(event))
    await tell(
      event,
      found.filter(({ personId }) => !except.includes(personId)),
    );
  const { institutionId, _id } = event;
  await MessageEventModel.updateOne({ institutionId, _id }, { $unset: { pending: 1 } });
}

/**
 * Tells everybody of the events that were noted since the last run. A run that dies is repeated by the next one, which tells only
 * those who were not told; an event that fails does not hold up the others.
 *
 * @returns how many events were told
 */
export async function tellPending(deps: TellingDeps, stopping: AbortSignal): Promise<number> {
  const pending = await readOfEach(await deps.listInstitutionIds(), (institutionId) =>
    part<MessageEventDoc>(MessageEventModel, { institutionId, pending: true }, [
      { $sort: { at: 1 } },
      { $limit: PAGE },
    ]),
  );
  let told = 0;
  for (const event of [...pending.values()].flat()) {
    if (stopping.aborted) return told;
    try {
      await tellEverybody(deps, event);
      told += 1;
    } catch (err) {
      deps.log.error(
        { err, event: event.key },
        'people could not be told of an event; the next run tries again',
      );
    }
  }
  return told;
}
