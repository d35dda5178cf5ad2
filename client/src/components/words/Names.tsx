import { Fragment } from 'react';

/**
 * Names, titles and facts in one line, with commas between: each runs its own way and leaves the order of the line alone. What is
 * empty is left out.
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
