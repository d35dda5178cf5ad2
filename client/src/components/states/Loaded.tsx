import type { ReactNode } from 'react';
import { hasCode } from '../../api/errors.ts';
import { Failed } from './Failed.tsx';
import { Forbidden } from './Forbidden.tsx';
import type { ForbiddenProps } from './Forbidden.tsx';
import { Missing } from './Missing.tsx';
import { PageSkeleton } from './PageSkeleton.tsx';
import type { SkeletonShape } from './PageSkeleton.tsx';
import { useLastError } from './useLastError.ts';

interface Query<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

export interface LoadedProps<T> {
  /** The result of `useLoad`. */
  query: Query<T>;
  skeleton: SkeletonShape;
  forbidden?: ForbiddenProps['whose'];
  children: (data: T) => ReactNode;
}

/** True if the page's content is replaced by one that says who the page is for, with an h1 of its own. */
export function isDenied(error: unknown): boolean {
  return hasCode(error, 'FORBIDDEN', 'OWN_WORK');
}

/** What was read, or its skeleton, or why not. What is in the cache stays readable if a later read fails. */
export function Loaded<T>({ query, skeleton, forbidden, children }: LoadedProps<T>) {
  const error = useLastError(query);
  if (query.data !== undefined) return children(query.data);
  if (error === null) return <PageSkeleton shape={skeleton} />;
  if (isDenied(error)) return <Forbidden whose={forbidden ?? 'other'} />;
  if (hasCode(error, 'NOT_FOUND')) return <Missing />;
  return <Failed error={error} onRetry={() => void query.refetch()} />;
}
