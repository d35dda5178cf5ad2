import { createContext, useContext } from 'react';
import type { Hat } from '../../../../contract/common.ts';

/** The hat of the page that stands: from its bar. */
export const HatContext = createContext<Hat>('participant');

export function useHat(): Hat {
  return useContext(HatContext);
}
