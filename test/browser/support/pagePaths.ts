import { pageOf, type PageId, type PAGES } from '../../../client/src/pages/registry.ts';

type ParamOf<Path extends string> = Path extends `${infer First}/${infer Rest}`
  ? ParamOf<First> | ParamOf<Rest>
  : Path extends `:${infer Name}`
    ? Name
    : never;

/** A value for each parameter in the paths of pages: the compiler asks for those of a new page. */
export type PageParams = Readonly<Record<ParamOf<(typeof PAGES)[PageId]['path']>, string>>;

/** Where a page is, below `/app/:key/`. */
export function pathTo(id: PageId, params: PageParams): string {
  const values: Readonly<Record<string, string>> = params;
  return pageOf(id).path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? '');
}
