import type { RequestHandler } from 'express';
import type { Deps } from '../deps.ts';

/** Whether there is a proxy in front that TRUST_PROXY does not count. */
export interface ProxyWatch {
  handler: RequestHandler;
  /** True once a request arrived through such a proxy. */
  isMissed: () => boolean;
}

const HEADERS = ['x-forwarded-for', 'forwarded'] as const;

/**
 * Detects a proxy that the configuration does not mention: without TRUST_PROXY everybody behind it has its address. Logs this
 * once. Anybody can send such a header, so it is only a hint for the operator and changes nothing.
 */
export function watchForProxy({ config, log }: Pick<Deps, 'config' | 'log'>): ProxyWatch {
  let isMissed = false;
  return {
    handler(req, _res, next) {
      if (!isMissed && config.trustProxy === 0 && HEADERS.some((name) => req.headers[name] !== undefined)) {
        isMissed = true;
        log.warn(
          'a request came through a proxy (X-Forwarded-For or Forwarded), but TRUST_PROXY is 0: set it to the number of proxies in front',
        );
      }
      next();
    },
    isMissed: () => isMissed,
  };
}
