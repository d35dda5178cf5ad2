import { readFileSync } from 'node:fs';
import { pino, type Logger } from 'pino';
import type { Config } from './config.ts';
import type { Clock } from './db.ts';
import type { Deps } from './deps.ts';
import { createScanner } from './features/artifacts/scanner/clamd.ts';
import type { Scanner } from './features/artifacts/scanner/scanner.ts';
import { BODY_LIMITS, type BodyLimits } from './http/bodyLimits.ts';
import { Draining } from './http/draining.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { createLtiCore, type LtiCore } from './lti/core.ts';
import { createToolKeys, type ToolKeys } from './lti/keys.ts';
import { createOutbound, type Outbound } from './lti/outbound.ts';
import { createPlatformKeys, type PlatformKeys } from './lti/platformKeys.ts';
import { createPlatformStore, type PlatformStore } from './lti/platforms.ts';
import { createRateLimiter, type RateLimits } from './lti/rateLimiter.ts';
import { createRefusalLog, type RefusalLog } from './lti/refusals.ts';
import { createLtiServices, type LtiServices } from './lti/services.ts';
import { createSealer } from './seal.ts';

/** Everything that the app is made of, built once per process. */
export interface AppDeps extends Deps {
  outbound: Outbound;
  platforms: PlatformStore;
  platformKeys: PlatformKeys;
  keys: ToolKeys;
  services: LtiServices;
  core: LtiCore;
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
function createLogOutput(): pino.DestinationStream & { flushSync(): void } {
  const output = pino.destination({ dest: 1, sync: false, minLength: LOG_BATCH_BYTES });
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    timer = null;
    output.flush();
  };
  return {
    write(line) {
      output.write(line);
      timer ??= setTimeout(flush, LOG_FLUSH_MS).unref();
    },
    flushSync: () => output.flushSync(),
  };
}

/** Writes to standard output. What is left at the end of the process is written then; a `fatal` line is written at once. */
export function createLog(config: Config): Logger {
  return pino(
    {
      level: config.logLevel,
      base: { service: 'waymark' },
      redact: { paths: ['*.authorization', '*.cookie', '*.id_token', '*.bearer'], censor: '[hidden]' },
    },
    createLogOutput(),
  );
}

/** @param parts  what a test passes instead of the real part: its clock, its page, limits with their own clock */
export function wire(
  config: Config,
  parts: { clock: Clock; log?: Logger; clientDirectory: string; shell: () => string } & Partial<
    Pick<AppDeps, 'rateLimits' | 'refusals' | 'bodyLimits' | 'outbound' | 'scanner'>
  >,
): AppDeps {
  const { clock, shell, clientDirectory } = parts;
  const log = parts.log ?? createLog(config);
  const sealer = createSealer(config.secretKeys);
  const outbound =
    parts.outbound ??
    createOutbound({
      version: readVersion(),
      publicUrl: config.publicUrl,
      allowLocal: config.allowLocalPlatforms,
    });
  const keys = createToolKeys({ clock, sealer });
  return {
    config,
    clock,
    log,
    sealer,
    outbound,
    services: createLtiServices({ clock, keys, outbound }),
    shell,
    clientDirectory,
    platforms: createPlatformStore(),
    platformKeys: createPlatformKeys(outbound),
    keys,
    core: createLtiCore(),
    rateLimits: parts.rateLimits ?? {
      refusals: createRateLimiter(),
      faults: createRateLimiter({ perMinute: FAULTS_PER_MINUTE }),
    },
    refusals: parts.refusals ?? createRefusalLog({ clock, log }),
    bodyLimits: parts.bodyLimits ?? BODY_LIMITS,
    scanner: parts.scanner ?? createScanner(config),
    draining: new Draining(),
    metrics: config.metricsToken === undefined ? null : createMetrics(),
  };
}
