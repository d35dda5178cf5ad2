/**
 * Waymark as a separate process, as `server/main.ts` runs it, except for the client's build. Configured by the environment;
 * `TEST_HOST_CLOCK_MS` shifts its host's clock by this much.
 */
const offMs = Number(process.env['TEST_HOST_CLOCK_MS'] ?? 0);
if (offMs !== 0) {
  const Real = Date;
  const now = (): number => Real.now() + offMs;
  globalThis.Date = new Proxy(Real, {
    construct: (target, given: unknown[]) =>
      Reflect.construct(target, given.length > 0 ? given : [now()]) as Date,
    apply: () => new Real(now()).toString(),
    get: (target, name, self) => (name === 'now' ? now : (Reflect.get(target, name, self) as unknown)),
  });
}
const { readConfig } = await import('../../server/config.ts');
const { serve } = await import('../../server/serve.ts');
const { createLog } = await import('../../server/wire.ts');

const SHELL =
  '<!doctype html><html><head><title>Waymark</title><!--waymark-session--></head><body></body></html>';
const config = readConfig(process.env);
await serve(config, createLog(config), { clientDirectory: '', shell: () => SHELL });

export {};
