import { afterEach, describe, expect, it } from '@jest/globals';
import { createScanner } from '../../server/features/artifacts/scanner/clamd.ts';
import { BAD_WORD, startClamd, type ClamdStandIn } from '../support/files/clamdStandIn.ts';

const started: ClamdStandIn[] = [];
async function start(limits: Parameters<typeof startClamd>[0] = {}): Promise<ClamdStandIn> {
  const clamd = await startClamd(limits);
  started.push(clamd);
  return clamd;
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((clamd) => clamd.close()));
});

function* parts(...texts: string[]): Generator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}
async function* content(...texts: string[]): AsyncGenerator<Buffer> {
  for (const part of parts(...texts)) yield await Promise.resolve(part);
}

describe('a scanner', () => {
  it('says that there is none where none is named', async () => {
    const scanner = createScanner({ clamdUrl: undefined });

    expect(await scanner.status()).toEqual({ kind: 'none', reachable: null, version: null });
  });

  it('finds what stands across two parts, and nothing in what is clean', async () => {
    const clamd = await start();
    const scanner = createScanner({ clamdUrl: clamd.url });

    const clean = await scanner.scan(content('a', 'b'.repeat(200_000), 'c'));
    const found = await scanner.scan(content(BAD_WORD.slice(0, 5), BAD_WORD.slice(5)));

    expect(clean).toEqual({ verdict: 'clean' });
    expect(found).toEqual({ verdict: 'found', name: 'Sample-Test-Signature' });
    expect(clamd.received).toEqual([200_002, BAD_WORD.length]);
  });

  it('says when a content is more than clamd takes, which breaks off amid it', async () => {
    const clamd = await start({ maxBytes: 100_000 });
    const scanner = createScanner({ clamdUrl: clamd.url });

    const scan = await scanner.scan(content(...Array.from({ length: 200 }, () => 'x'.repeat(65_536))));

    expect(scan).toEqual({ verdict: 'too_large' });
  });

  it('fails when clamd breaks off or is not there: nothing passes unseen', async () => {
    const clamd = await start({ dies: true });
    const scanner = createScanner({ clamdUrl: clamd.url });

    await expect(scanner.scan(content('a'))).rejects.toThrow();
    await clamd.close();
    await expect(scanner.scan(content('a'))).rejects.toThrow(/ECONNREFUSED/);
    expect(await scanner.status()).toEqual({ kind: 'clamd', reachable: false, version: null });
  });

  it('tells its version for the health page', async () => {
    const clamd = await start();

    const status = await createScanner({ clamdUrl: clamd.url }).status();

    expect(status).toEqual({
      kind: 'clamd',
      reachable: true,
      version: 'ClamAV 1.4.1/27000/Mon Nov 23 09:00:00 2026',
    });
  });
});
