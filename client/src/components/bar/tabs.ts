import type { Role } from '../../../../contract/common.ts';

/** Existing tabs; each has its label in `bar.tabs`. */
export type TabId = 'pathway' | 'preview' | 'reviews' | 'grades' | 'people';

interface Tab {
  readonly id: TabId;
  /** Below `/app/:key`. */
  readonly path: string;
}

const TABS: Readonly<Partial<Record<Role, readonly Tab[]>>> = {
  participant: [{ id: 'pathway', path: '?to=map' }],
  designer: [{ id: 'preview', path: 'preview' }],
  reviewer: [{ id: 'reviews', path: 'reviews' }],
  admin: [
    { id: 'grades', path: 'admin/deliveries' },
    { id: 'people', path: 'admin/people' },
  ],
};

/** The tabs of one role: one role at a time, the others are in ⋯. */
export function tabsOf(role: Role): readonly Tab[] {
  return TABS[role] ?? [];
}
