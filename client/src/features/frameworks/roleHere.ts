import type { Role } from '../../../../contract/common.ts';
import { useSession } from '../../api/ApiProvider.tsx';

/** Whose pages these are: a designer's, unless the session is an admin's who did not begin as a designer. */
export function useFrameworkRole(): Extract<Role, 'designer' | 'admin'> {
  const { roles, startsAs } = useSession();
  return roles.includes('admin') && startsAs !== 'designer' ? 'admin' : 'designer';
}

/** Whether the session may publish frameworks. */
export function useMayPublish(): boolean {
  return useSession().roles.includes('admin');
}
