import type { Mode } from './types.ts';

export type Privacy = 'public' | 'name_only' | 'email_only' | 'anonymous';
export const PRIVACY_LEVELS: readonly Privacy[] = ['public', 'name_only', 'email_only', 'anonymous'];

/** How the LMS behaves. A `null` means: as this mode does. */
export interface SettingValues {
  mode: Mode;
  /** The issuer named in tokens; null: this LMS' own URL. Canvas and Schoology share one among all customers. */
  issuer: string | null;
  privacy: Privacy;
  /** How a tool's login is started. */
  loginMethod: 'post' | 'get' | null;
  launchIn: 'iframe' | 'window' | 'frame';
  /** Whether launches say where the person comes back to: `return_url` is optional (LTI 1.3 §5.4.4). */
  returnUrl: boolean;
  /** How far a client assertion's clock may be off, in seconds. Moodle: 0. */
  tokenLeewaySeconds: number | null;
  tokenTtlSeconds: number;
  idTokenTtlSeconds: number | null;
  /** Members in one page of a roster; null: as this mode does. */
  rosterPageSize: number | null;
  acceptMultiple: boolean | null;
  /** Canvas refuses calls without a User-Agent. */
  requireUserAgent: boolean | null;
  /** Canvas' leaky bucket for each token. */
  rateLimit: { capacity: number; leakPerSecond: number };
  locale: string;
}

export const DEFAULT_SETTINGS: SettingValues = {
  mode: 'plain',
  issuer: null,
  privacy: 'public',
  loginMethod: null,
  launchIn: 'iframe',
  returnUrl: true,
  tokenLeewaySeconds: null,
  tokenTtlSeconds: 3600,
  idTokenTtlSeconds: null,
  rosterPageSize: null,
  acceptMultiple: null,
  requireUserAgent: null,
  rateLimit: { capacity: 700, leakPerSecond: 10 },
  locale: 'en',
};

/** The settings of one LMS: read with `get`, changed in part with `set`. */
export class Settings {
  #values: SettingValues;
  constructor(initial: Partial<SettingValues> = {}) {
    this.#values = { ...DEFAULT_SETTINGS, ...initial };
  }

  get(): Readonly<SettingValues> {
    return this.#values;
  }

  set(change: Partial<SettingValues>): void {
    this.#values = { ...this.#values, ...change };
  }
}
