import { Fragment } from 'react';

/**
 * Names, titles and facts in one line, separated by commas: each keeps its own direction and does not affect the order of the
 * line. Empty ones are omitted.
 */
export function Names({ className, children }: { className?: string; children: readonly string[] }) {
  const shown = children.filter((name) => name !== '');
  return (
    <span className={className}>
      {shown.map((name, n) => (
        // two may have the same name
        <Fragment key={n}>
          {n > 0 && ', '}
          <bdi>{name}</bdi>
        </Fragment>
      ))}
    </span>
  );
}
