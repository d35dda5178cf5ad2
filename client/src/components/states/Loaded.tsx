import type { ReactNode } from 'react';
import { hasCode } from '../../api/errors.ts';
import { Failed } from './Failed.tsx';
import { Forbidden } from './Forbidden.tsx';
import type { ForbiddenProps } from './Forbidden.tsx';
import { Missing } from './Missing.tsx';
import { PageSkeleton } from './PageSkeleton.tsx';
import type { SkeletonShape } from './PageSkeleton.tsx';

interface Query<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

export interface LoadedProps<T> {
  /** What `useLoad` gave. */
  query: Query<T>;
  skeleton: SkeletonShape;
  forbidden?: ForbiddenProps['whose'];
  children: (data: T) => ReactNode;
}

/** True where the page's content gives way to the one that says whose place it is, with an h1 of its own. */
export function isDenied(error: unknown): boolean {
  return hasCode(error, 'FORBIDDEN', 'OWN_WORK');
}

/** What was read, or its skeleton, or why not. What is in the cache stays readable when a later read fails. */
export function Loaded<T>({ query, skeleton, forbidden, children }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error === null) return <PageSkeleton shape={skeleton} />;
  if (isDenied(query.error)) return <Forbidden whose={forbidden ?? 'other'} />;
  if (hasCode(query.error, 'NOT_FOUND')) return <Missing />;
  return <Failed error={query.error} onRetry={() => void query.refetch()} />;
}
