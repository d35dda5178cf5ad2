import { AppError } from '../errors.ts';
import type { Platform } from './platforms.ts';
import { REFUSAL_REASONS, type RefusalReason } from './refusalReasons.ts';

/** What may be stored about a refused launch without naming a person. */
export type RefusalFacts = Readonly<Record<string, string | number | boolean | null>>;

interface LaunchRefusedOptions {
  cause?: unknown;
  /** Sent as `Retry-After`. */
  retryAfterSeconds?: number | undefined;
  facts?: RefusalFacts;
  /** Set once the platform is known: its frame may show the page. */
  platform?: Platform | null;
  /** Only from a token whose signature was verified. */
  returnUrl?: string | null;
  /** Issuer that the request claims, if the platform is not known. */
  claimedIssuer?: string | null;
}

/** A login, launch or registration that is refused, for one of `REFUSAL_REASONS`, which contains everything else about it. */
export class LaunchRefused extends AppError {
  readonly reason: RefusalReason;
  readonly facts: RefusalFacts;
  platform: Platform | null;
  returnUrl: string | null;
  readonly claimedIssuer: string | null;
  /** From the launch, if its token was valid; otherwise the browser's language is used. */
  locale: string | null = null;
  /**
   * Who launched (platform and `sub`), if the token was valid: what is proven counts towards that person's limit, never an
   * address's.
   */
  person: string | null = null;

  constructor(reason: RefusalReason, options: LaunchRefusedOptions = {}) {
    const { cause, retryAfterSeconds } = options;
    super(REFUSAL_REASONS[reason].code, reason, {
      ...(cause === undefined ? {} : { cause }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
    this.name = 'LaunchRefused';
    this.reason = reason;
    this.facts = options.facts ?? {};
    this.platform = options.platform ?? null;
    this.returnUrl = options.returnUrl ?? null;
    this.claimedIssuer = options.claimedIssuer ?? null;
  }
}
