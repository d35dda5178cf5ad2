import { describe, expect, it } from '@jest/globals';
import { killAmidPatch } from '../bench/files/killedUpload.ts';
import { useArtifacts } from '../bench/files/testApp.ts';

const MIB = 1024 * 1024;
const artifacts = useArtifacts();

describe('a process that is killed amid a PATCH', () => {
  it('loses at most 8 MiB and what was on its way; another goes on within 5 s, bytes and digest equal', async () => {
    const killed = await killAmidPatch(artifacts.uri(), 32 * MIB);

    expect(killed).toMatchObject({ digestEqual: true, bytesEqual: true });
    expect(killed.secondsToGoOn).toBeLessThan(5);
    expect(killed.offset).toBeGreaterThan(0);
    expect(killed.sent - killed.offset).toBeLessThanOrEqual(16 * MIB);
  }, 60_000);
});
