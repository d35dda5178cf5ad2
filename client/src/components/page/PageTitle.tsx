import { useRef } from 'react';
import type { ReactNode } from 'react';
import { useArrivalFocus } from './arrival.ts';

/** The one h1 of a page; gets the focus if the page was reached from another one. */
export function PageTitle({ children, className }: { children: ReactNode; className?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useArrivalFocus(heading);
  return (
    <h1 ref={heading} tabIndex={-1} dir="auto" {...(className ? { className } : {})}>
      {children}
    </h1>
  );
}
