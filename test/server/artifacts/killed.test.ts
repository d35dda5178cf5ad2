import { describe, expect, it } from '@jest/globals';
import { killAmidPatch } from '../../support/files/killedUpload.ts';
import { useArtifacts } from '../../support/files/testApp.ts';

const MIB = 1024 * 1024;
const CHECK_IN_MIB = 8;
/** In the buffers of both sides, and in chunks that are being written. */
const ON_THE_WAY_MIB = 16;
const artifacts = useArtifacts();

describe('a process that is killed amid a PATCH', () => {
  it('loses at most two check-ins and what was on its way; another goes on once the lease has run out, bytes and digest equal', async () => {
    const killed = await killAmidPatch(artifacts.uri(), 64 * MIB);

    expect(killed).toMatchObject({ digestEqual: true, bytesEqual: true });
    // whoever asks waits so long for a lease, then is refused; the files bench holds the seconds to its limit
    expect(killed.secondsToGoOn).toBeLessThan(8);
    expect(killed.offset).toBeGreaterThan(0);
    expect(killed.sent - killed.offset).toBeLessThanOrEqual((2 * CHECK_IN_MIB + ON_THE_WAY_MIB) * MIB);
  });
});
