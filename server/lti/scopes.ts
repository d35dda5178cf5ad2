import { AGS_SCOPE, NRPS_SCOPE } from './claimNames.ts';

/** All scopes of LTI Advantage services: what a registration asks for. */
export const SCOPES = {
  lineItem: AGS_SCOPE.lineItem,
  lineItemReadonly: AGS_SCOPE.lineItemReadOnly,
  result: AGS_SCOPE.result,
  score: AGS_SCOPE.score,
  roster: NRPS_SCOPE,
} as const;
