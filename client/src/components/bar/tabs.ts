import { createContext, useContext } from 'react';
import type { Role } from '../../../../contract/common.ts';
import type { Words } from '../../i18n/namespaces.ts';

/** Existing tabs, by their labels. */
export type TabId = keyof Words['common']['bar']['tabs'];

export interface Tab {
  readonly id: TabId;
  readonly role: Role;
  /** Below `/app/:key`. */
  readonly path: string;
}

/** The tabs of all roles, from `pages/registry.ts`. Not imported: the pages import the bar. */
export const TabsContext = createContext<readonly Tab[]>([]);

/** The tabs of each role: the bar shows one role at a time, the others are in ⋯. */
export function useTabs(): (role: Role) => readonly Tab[] {
  const tabs = useContext(TabsContext);
  return (role) => tabs.filter((tab) => tab.role === role);
}
