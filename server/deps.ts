import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Clock } from './db.ts';
import type { Sealer } from './seal.ts';

/**
 * What services need from outside: one plain object built in `main.ts` (or by a test), passed on as the first argument. Services
 * take the part that they use (`Pick<Deps, 'clock'>`).
 */
export interface Deps {
  config: Config;
  clock: Clock;
  log: Logger;
  sealer: Sealer;
}
