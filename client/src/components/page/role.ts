import { createContext, useContext } from 'react';
import type { Role } from '../../../../contract/common.ts';

/** The role of the page that stands: from its bar. */
export const RoleContext = createContext<Role>('participant');

export function useRole(): Role {
  return useContext(RoleContext);
}
