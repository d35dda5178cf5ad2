import { createContext, useContext } from 'react';
import type { Role } from '../../../../contract/common.ts';

/** The role of the current page, taken from its bar. */
export const RoleContext = createContext<Role>('participant');

export function useRole(): Role {
  return useContext(RoleContext);
}
