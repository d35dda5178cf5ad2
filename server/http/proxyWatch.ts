import type { Request, RequestHandler } from 'express';
import type { Deps } from '../deps.ts';

const HEADERS = ['x-forwarded-for', 'forwarded'] as const;

/**
 * Detects a proxy that the configuration does not mention: without TRUST_PROXY everybody behind it has its address. Logs this
 * once. Anybody can send such a header, so it is only a hint for the operator and changes nothing.
 */
export class ProxyWatch {
  readonly #deps: Pick<Deps, 'config' | 'log'>;
  #isMissed = false;

  constructor(deps: Pick<Deps, 'config' | 'log'>) {
    this.#deps = deps;
  }

  /** True once a request arrived through a proxy that TRUST_PROXY does not count. */
  get isMissed(): boolean {
    return this.#isMissed;
  }

  /** Inspects every request and lets all pass. */
  handler(): RequestHandler {
    return (req, _res, next) => {
      if (!this.#isMissed && this.#isUncounted(req)) {
        this.#isMissed = true;
        this.#deps.log.warn(
          'a request came through a proxy (X-Forwarded-For or Forwarded), but TRUST_PROXY is 0: set it to the number of proxies in front',
        );
      }
      next();
    };
  }

  #isUncounted({ headers }: Request): boolean {
    return this.#deps.config.trustProxy === 0 && HEADERS.some((name) => headers[name] !== undefined);
  }
}
