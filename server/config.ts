import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';

const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((value) => value === '1');
const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const Environment = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('production'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }),
  HOST: z
    .string()
    .refine(
      (host) => isIP(host) !== 0 || /^[A-Za-z0-9.-]+$/.test(host),
      'must be an IP address or a host name of this machine',
    )
    .optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  MONGODB_URI: z.string().regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://'),
  SECRET_KEYS: z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((key) => key.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.string().min(32, 'each key needs at least 32 characters')).min(1)),
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
  WORKERS: z.coerce.number().int().min(0).max(64).default(4),
  MAX_ARTIFACT_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(2 * 1024 ** 3),
  QUOTA_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(500 * 1024 ** 3),
  OPEN_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(8 * 1024 ** 3),
  CLAMD_URL: z.url({ protocol: /^tcp$/ }).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n<>]*<?[^\s<>@]+@[^\s<>@]+>?$/, 'must be an address, such as Waymark <waymark@example.org>')
    .optional(),
  METRICS_TOKEN: z.string().min(16).optional(),
  ALLOW_LOCAL_PLATFORMS: flag,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SHUTDOWN_SECONDS: z.coerce.number().int().min(1).max(300).default(25),
  SHUTDOWN_NOTICE_SECONDS: z.coerce.number().min(0).max(120).default(3),
});

/** One secret that encrypts or decrypts; `id` is public and is stored with what it encrypted. */
export interface SecretKey {
  id: string;
  material: Buffer;
}

export interface Config {
  environment: 'production' | 'development' | 'test';
  /** An origin, without a trailing slash. */
  publicUrl: string;
  publicOrigin: string;
  /** Address to listen on; undefined: every address of this machine. */
  host: string | undefined;
  port: number;
  mongodbUri: string;
  /** The first encrypts, all decrypt. */
  secretKeys: readonly [SecretKey, ...SecretKey[]];
  trustProxy: number;
  workers: number;
  maxArtifactBytes: number;
  quotaBytes: number;
  /** Bytes that one person's unfinished uploads may use; never less than one file of the largest size. */
  openUploadBytes: number;
  clamdUrl: string | undefined;
  /** Undefined: nothing is mailed. */
  smtpUrl: string | undefined;
  /** Who mails come from: an address, or a name and an address. */
  mailFrom: string;
  metricsToken: string | undefined;
  allowLocalPlatforms: boolean;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Limit for the whole shutdown, from the signal on. */
  shutdownSeconds: number;
  /** How long a process that is shutting down still accepts requests. */
  shutdownNoticeSeconds: number;
}

/** Contains every error of the environment at once, so that an operator can fix them in one go. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration is not complete:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

function toSecretKey(text: string): SecretKey {
  return {
    id: createHash('sha256').update(text).digest('hex').slice(0, 8),
    material: Buffer.from(text, 'utf8'),
  };
}

/** https always; plain http only on a loopback host with ALLOW_LOCAL_PLATFORMS=1 (demo, tests). */
function publicUrlFault(url: URL, allowLocal: boolean): string | null {
  if (url.search || url.hash) return 'PUBLIC_URL: must have no query and no fragment';
  // cookies use `__Host-`, which means the whole host, and the client's pages request /api and /assets
  if (url.pathname !== '/')
    return `PUBLIC_URL: must have no path (it has ${url.pathname}): give Waymark a host name of its own`;
  if (url.protocol === 'https:') return null;
  if (!LOOPBACK.test(url.hostname)) return 'PUBLIC_URL: must begin with https://';
  return allowLocal ? null : 'PUBLIC_URL: http on this machine needs ALLOW_LOCAL_PLATFORMS=1';
}

/**
 * Reads the whole configuration from an environment.
 *
 * @throws {ConfigError} with all errors, each naming its variable
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path[0]?.toString() ?? '?'}: ${issue.message}`),
    );
  }
  const env = parsed.data;
  const url = new URL(env.PUBLIC_URL);
  const fault = publicUrlFault(url, env.ALLOW_LOCAL_PLATFORMS);
  const [first, ...others] = env.SECRET_KEYS.map(toSecretKey);
  if (fault || !first) throw new ConfigError([fault ?? 'SECRET_KEYS: is empty']);
  return {
    environment: env.NODE_ENV,
    publicUrl: url.href.replace(/\/$/, ''),
    publicOrigin: url.origin,
    host: env.HOST,
    port: env.PORT,
    mongodbUri: env.MONGODB_URI,
    secretKeys: [first, ...others],
    trustProxy: env.TRUST_PROXY,
    workers: env.WORKERS,
    maxArtifactBytes: env.MAX_ARTIFACT_BYTES,
    quotaBytes: env.QUOTA_BYTES,
    openUploadBytes: Math.max(env.OPEN_UPLOAD_BYTES, env.MAX_ARTIFACT_BYTES),
    clamdUrl: env.CLAMD_URL,
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM ?? `Waymark <no-reply@${url.hostname}>`,
    metricsToken: env.METRICS_TOKEN,
    allowLocalPlatforms: env.ALLOW_LOCAL_PLATFORMS,
    logLevel: env.LOG_LEVEL,
    shutdownSeconds: env.SHUTDOWN_SECONDS,
    shutdownNoticeSeconds: env.SHUTDOWN_NOTICE_SECONDS,
  };
}
