import type { ReactNode } from 'react';
import { toAddress } from '../../../../contract/address.ts';

interface OutsideLinkProps {
  href: string;
  children: ReactNode;
  className?: string;
}

/**
 * A link to another site, in a tab of its own. It is checked again when it becomes a link: what is stored was checked, but a bundle
 * or an import may be older than the rule. An address that nobody can follow is no link.
 */
export function OutsideLink({ href, children, className = '' }: OutsideLinkProps) {
  const address = toAddress(href);
  if (address === null) return children;
  return (
    <a className={`wm-link ${className}`} href={address} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
