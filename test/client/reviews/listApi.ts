import type { Endpoint } from '../../../contract/endpoint.ts';
import { pathOf } from '../gallery/pathOf.ts';
import { FakeApi } from '../support/fakeApi.ts';

/** A `FakeApi` whose endpoints also take a query: handlers find that of the request at hand in `query`. */
export class ListApi extends FakeApi {
  query: Readonly<Record<string, string>> = {};
  readonly queries: Readonly<Record<string, string>>[] = [];

  constructor() {
    super();
    const plain = this.fetch;
    const withQuery: typeof fetch = (input, init) => {
      const address = new URL(pathOf(input), 'http://waymark.example');
      this.query = Object.fromEntries(address.searchParams);
      if (address.search !== '') this.queries.push(this.query);
      return plain(address.pathname, init);
    };
    Object.defineProperty(this, 'fetch', { value: withQuery });
  }

  /** How many requests an endpoint got. */
  count(endpoint: Endpoint): number {
    return this.bodiesOf(endpoint).length;
  }
}
