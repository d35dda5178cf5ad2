import { describe, expect, it } from '@jest/globals';
import { createUpload, patchUpload } from '../../support/files/tusClient.ts';
import { filmBytes } from '../../support/files/content.ts';
import { useArtifacts } from '../../support/files/testApp.ts';
import { useCommandLog, type SentCommand } from '../../support/commandLog.ts';

const MIB = 1024 * 1024;
const PART = 5 * MIB;
const SIZE = 3 * PART;
const artifacts = useArtifacts();
const commands = useCommandLog();

/** What only a request that takes long does: it keeps its lease, and checks in each second. */
function isOfTime({ name, collection, command }: SentCommand): boolean {
  if (name === 'update') return !JSON.stringify(command['updates']).includes('upload.open');
  return collection === 'uploadLocks' && name === 'findAndModify' && command['upsert'] !== true;
}

/** It returns only once a majority holds it. */
const waits = ({ command }: SentCommand): boolean =>
  (command['writeConcern'] as { w?: unknown } | undefined)?.w === 'majority';

const toLine = (sent: SentCommand): string =>
  `${sent.name} ${sent.collection}${waits(sent) ? ', waits' : ''}`;

describe('a PATCH of 5 MiB amid an upload', () => {
  it('costs five database commands beside its chunks and its lease, of which one waits for a majority', async () => {
    const app = await artifacts.start();
    const url = `${app.url}${await createUpload(app.url, { size: SIZE })}`;
    const patch = (offset: number) =>
      patchUpload(url, { offset, length: PART, body: filmBytes(SIZE, offset, offset + PART) });
    await patch(0);

    const reply = await patch(PART);

    const used = commands.of(reply).filter((sent) => !isOfTime(sent));
    const chunks = used.filter(({ collection }) => collection === 'artifacts.chunks');
    // letting go of the lease is not waited for: it may be among them
    const others = used.filter((one) => !chunks.includes(one) && one.name !== 'delete');
    expect(reply.status).toBe(204);
    expect(chunks.map(toLine)).toEqual(Array.from({ length: 5 }, () => 'insert artifacts.chunks, waits'));
    expect(others.map(toLine)).toEqual([
      'find artifacts',
      'findAndModify uploadLocks',
      'find artifacts',
      'findAndModify artifacts',
      'update artifacts, waits',
    ]);
  });
});
