import type { z } from 'zod';
import type { Deps } from '../../deps.ts';
import { decryptWith } from '../../seal.ts';
import type { Place } from './sealing.ts';
import { placeOf, unwrapKey, type WrappedKey } from './textKey.ts';

/**
 * Opens what was written about a lesson. Only `release.service.ts` may use it, which asks the policy first:
 * `.dependency-cruiser.cjs`.
 */
export interface TextOpener {
  /** @throws {Error} if it was sealed for another observation or place, or is not what it was stored as */
  open<S extends z.ZodType>(where: Place, sealed: string, shape: S): z.output<S>;
}

/** @throws {AppError} NOT_FOUND if everything that was written about the lesson was erased */
export function openerOf(deps: Pick<Deps, 'sealer'>, wrapped: WrappedKey): TextOpener {
  const material = unwrapKey(deps, wrapped);
  return {
    open: (where, sealed, shape) =>
      shape.parse(JSON.parse(decryptWith(material, sealed, placeOf(wrapped, where)).toString('utf8'))),
  };
}
