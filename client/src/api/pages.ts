import { useInfiniteQuery } from '@tanstack/react-query';
import type { Endpoint, ReplyOf } from '../../../contract/endpoint.ts';
import { useApi } from './ApiProvider.tsx';
import type { CallInput } from './call.ts';
import { queryKeyOf } from './queries.ts';

/** An endpoint whose reply is one page of a list: `next` is the cursor of the following page. */
interface PagedReply {
  readonly rows: readonly unknown[];
  readonly next: string | null;
}

type RowOf<R> = R extends { readonly rows: readonly (infer Row)[] } ? Row : never;

/**
 * Reads a list page by page: `first` is the most recent first page (with its counts), `rows` are all rows loaded so far. Pass
 * `query` and `error` to `<Loaded>` as you would those of `useLoad`.
 */
export function useLoadPages<E extends Endpoint>(
  endpoint: E,
  input: CallInput<E>,
  options: { readonly staleTime?: number } = {},
) {
  const { call } = useApi();
  const query = useInfiniteQuery({
    ...options,
    queryKey: [...queryKeyOf(endpoint, input), 'pages'],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }): Promise<ReplyOf<E> & PagedReply> => {
      const cursor = pageParam === null ? {} : { cursor: pageParam };
      const page = { ...input, query: { ...input.query, ...cursor } };
      return call(endpoint, page, { signal }) as Promise<ReplyOf<E> & PagedReply>;
    },
    getNextPageParam: (page) => page.next,
  });
  const pages = query.data?.pages ?? [];
  return {
    data: pages[0],
    rows: pages.flatMap((page) => page.rows) as RowOf<ReplyOf<E>>[],
    error: query.error,
    refetch: query.refetch,
    hasMore: query.hasNextPage,
    loadMore: () => void query.fetchNextPage(),
    isLoadingMore: query.isFetchingNextPage,
  };
}
