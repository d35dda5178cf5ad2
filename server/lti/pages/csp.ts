import { toOrigin } from '../addresses.ts';
import { isKnownWildcard } from '../frames.ts';

const KEYWORD = /^'(?:self|none|nonce-[\w+/]+={0,2})'$/;

/** Anybody: for a page that contains no name and nothing to click. */
export const ANYONE = 'anyone';
export type Sources = readonly string[] | typeof ANYONE;

const isSource = (text: string): boolean =>
  KEYWORD.test(text) || isKnownWildcard(text) || toOrigin(text) === text;

function toSources(sources: Sources): string {
  if (sources === ANYONE) return '*';
  const good = sources.filter(isSource);
  return good.length > 0 ? good.join(' ') : "'none'";
}

/**
 * A Content-Security-Policy. The only place that writes one with values from a platform or a request: anything that is neither a
 * keyword, an origin nor one of our own wildcards is left out, so that no host can end a directive or start another.
 */
export function toPolicy(directives: Readonly<Record<string, Sources>>): string {
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${toSources(sources)}`)
    .join('; ');
}
