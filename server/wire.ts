import { readFileSync } from 'node:fs';
import { pino, type Logger } from 'pino';
import type { Config } from './config.ts';
import type { Clock } from './db.ts';
import type { Deps } from './deps.ts';
import { createScanner } from './features/artifacts/scanner/clamd.ts';
import type { Scanner } from './features/artifacts/scanner/scanner.ts';
import { BODY_LIMITS, type BodyLimits } from './http/bodyLimits.ts';
import { Draining } from './http/draining.ts';
import { Metrics } from './http/metrics.ts';
import { ToolKeys } from './lti/keys.ts';
import { Outbound } from './lti/outbound.ts';
import { PlatformKeys } from './lti/platformKeys.ts';
import { PlatformStore } from './lti/platforms.ts';
import { RateLimiter, type RateLimits } from './lti/rateLimiter.ts';
import { RefusalLog } from './lti/refusals.ts';
import { createLtiServices, type LtiServices } from './lti/services.ts';
import { createSealer } from './seal.ts';

/** Everything that the app is made of, built once per process. */
export interface AppDeps extends Deps {
  outbound: Outbound;
  platforms: PlatformStore;
  platformKeys: PlatformKeys;
  keys: ToolKeys;
  services: LtiServices;
  rateLimits: RateLimits;
  refusals: RefusalLog;
  bodyLimits: BodyLimits;
  scanner: Scanner;
  /** How far the shutdown of the process has got. */
  draining: Draining;
  /** Null without METRICS_TOKEN. */
  metrics: Metrics | null;
  /** The built client. */
  clientDirectory: string;
  /** Its index.html. */
  shell(): string;
}

/** Version in package.json, which is one or two levels above both the sources and the build. */
function readVersion(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const parsed = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (parsed.name === 'waymark' && parsed.version) return parsed.version;
    } catch {
      // the other place
    }
  }
  return '0.0.0';
}

/** Two per second, for as long as a minute: no page of ours sends that many failing requests. */
const FAULTS_PER_MINUTE = 120;

/** One write per line would make a launch 8 % more expensive: lines are written together, after this long at the latest. */
const LOG_FLUSH_MS = 250;
const LOG_BATCH_BYTES = 4096;

/**
 * Standard output, with buffered lines. The destination's own `periodicFlush` would write nothing at all four times a second in
 * an idle process.
 */
class LogOutput implements pino.DestinationStream {
  readonly #output = pino.destination({ dest: 1, sync: false, minLength: LOG_BATCH_BYTES });
  #timer: NodeJS.Timeout | null = null;

  write(line: string): void {
    this.#output.write(line);
    if (this.#timer === null) this.#timer = setTimeout(() => this.#flush(), LOG_FLUSH_MS).unref();
  }

  /** pino calls it before a `fatal` line ends the process. */
  flushSync(): void {
    this.#output.flushSync();
  }

  #flush(): void {
    this.#timer = null;
    this.#output.flush();
  }
}

/** Writes to standard output. What is left at the end of the process is written then; a `fatal` line is written at once. */
export function createLog(config: Config): Logger {
  return pino(
    {
      level: config.logLevel,
      base: { service: 'waymark' },
      redact: { paths: ['*.authorization', '*.cookie', '*.id_token', '*.bearer'], censor: '[hidden]' },
    },
    new LogOutput(),
  );
}

/** @param parts  what a test passes instead of the real part: its clock, its page, limits with their own clock */
export function wire(
  config: Config,
  parts: { clock: Clock; log?: Logger; clientDirectory: string; shell: () => string } & Partial<
    Pick<AppDeps, 'rateLimits' | 'refusals' | 'bodyLimits' | 'outbound' | 'scanner' | 'keys'>
  >,
): AppDeps {
  const { clock, shell, clientDirectory } = parts;
  const log = parts.log ?? createLog(config);
  const sealer = createSealer(config.secretKeys);
  const outbound =
    parts.outbound ??
    new Outbound({
      version: readVersion(),
      publicUrl: config.publicUrl,
      allowLocal: config.allowLocalPlatforms,
    });
  const keys = parts.keys ?? new ToolKeys({ clock, sealer });
  return {
    config,
    clock,
    log,
    sealer,
    outbound,
    services: createLtiServices({ clock, keys, outbound }),
    shell,
    clientDirectory,
    platforms: new PlatformStore(),
    platformKeys: new PlatformKeys(outbound),
    keys,
    rateLimits: parts.rateLimits ?? {
      refusals: new RateLimiter(),
      faults: new RateLimiter({ perMinute: FAULTS_PER_MINUTE }),
    },
    refusals: parts.refusals ?? new RefusalLog({ clock, log }),
    bodyLimits: parts.bodyLimits ?? BODY_LIMITS,
    scanner: parts.scanner ?? createScanner(config),
    draining: new Draining(),
    metrics: config.metricsToken === undefined ? null : new Metrics(),
  };
}
