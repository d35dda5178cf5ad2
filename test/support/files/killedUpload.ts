import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { filmBytes, filmDigest } from './content.ts';
import { idOf, settledArtifact } from './artifacts.ts';
import { createUpload, headUpload, patchUpload } from './tusClient.ts';
import { startWorker } from './workers.ts';

export interface KilledUpload {
  /** From the kill until the other process said where to continue. */
  secondsToGoOn: number;
  /** The upload's position then. */
  offset: number;
  /** Bytes had been sent when the process was killed. */
  sent: number;
  /** Both the digest that the server names and that of what it sends back are the content's. */
  digestEqual: boolean;
  bytesEqual: boolean;
}

function digestOf(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (res) => {
      const hash = createHash('sha256');
      res.on('data', (data: Buffer) => hash.update(data));
      res.on('end', () => resolve(hash.digest('hex')));
      res.on('error', reject);
    }).on('error', reject);
  });
}

/**
 * Kills a process (SIGKILL) in the middle of a PATCH and continues the upload at another one.
 *
 * @param size  bytes of the content; the kill comes after two thirds
 */
export async function killAmidPatch(uri: string, size: number): Promise<KilledUpload> {
  const first = await startWorker(uri);
  const second = await startWorker(uri);
  try {
    const { url: one = '' } = await first.order({ do: 'serve' });
    const { url: two = '' } = await second.order({ do: 'serve' });
    const location = await createUpload(one, { size, filename: 'film.mp4' });
    const killed = { sent: 0, at: 0 };
    const untilKilled = function* (): Generator<Buffer> {
      for (const part of filmBytes(size)) {
        if (killed.sent >= (size * 2) / 3 && killed.at === 0) {
          killed.at = performance.now();
          first.process.kill('SIGKILL');
        }
        if (killed.at === 0) killed.sent += part.length;
        yield part;
      }
    };
    const broken = await patchUpload(`${one}${location}`, {
      offset: 0,
      length: size,
      body: untilKilled(),
    }).catch(() => null);
    if (broken) throw new Error('the PATCH was answered: the process was not killed amid it');
    const head = await headUpload(`${two}${location}`);
    const secondsToGoOn = (performance.now() - killed.at) / 1000;
    const offset = Number(head.headers['upload-offset']);
    if (head.status !== 200) throw new Error(`HEAD answered ${head.status}`);
    const rest = { offset, length: size - offset, body: filmBytes(size, offset) };
    const reply = await patchUpload(`${two}${location}`, rest);
    if (reply.status !== 204) throw new Error(`${reply.status} ${reply.text}`);
    const view = await settledArtifact(two, idOf(location));
    const digest = filmDigest(size);
    return {
      secondsToGoOn,
      offset,
      sent: killed.sent,
      digestEqual: view.sha256 === digest,
      bytesEqual: (await digestOf(`${two}${view.url ?? ''}`)) === digest,
    };
  } finally {
    await first.stop();
    await second.stop();
  }
}
