import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { sessionOf } from '../../support/files/artifactServer.ts';
import { uploadAll } from '../../support/files/artifacts.ts';
import { film } from '../../support/files/asserts.ts';
import { useArtifacts } from '../../support/files/testApp.ts';

const artifacts = useArtifacts();

describe('a file that is read', () => {
  it('is broken off within a moment when its session ends while it is read', async () => {
    let looks = -1;
    let over: () => void = () => undefined;
    const wasOver = new Promise<void>((resolve) => (over = resolve));
    const app = await artifacts.start({
      ports: {
        findReader: (_institutionId, id) => {
          // while it is uploaded, and when the reading begins, the session lives
          if (looks >= 0) looks += 1;
          if (looks <= 1) return Promise.resolve(sessionOf(id));
          over();
          return Promise.resolve(null);
        },
      },
    });
    const view = await uploadAll(app.url, film(48 * 1024 * 1024));
    looks = 0;
    const answer = await new Promise<IncomingMessage>((resolve) => get(`${app.url}${view.url}`, resolve));

    // nobody reads meanwhile: more is left than fits into the connection's buffers
    await wasOver;
    const told = once(answer, 'error');
    answer.resume();

    await expect(told).resolves.toMatchObject([{ code: 'ECONNRESET' }]);
    expect(answer.complete).toBe(false);
  });
});
