import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PlacedItem } from './frameworkItems.ts';

/** As many items are shown at once: a strand may have thousands. */
const SHOWN = 100;

interface FirstItemsProps {
  items: readonly PlacedItem[];
  /** Of the list. */
  className: string;
  /** A `<li>` with a key. */
  children: (placed: PlacedItem) => ReactNode;
}

/** A list of the first of these items, and of more at a press. */
export function FirstItems({ items, className, children }: FirstItemsProps) {
  const { t } = useTranslation('frameworks');
  const [most, setMost] = useState(SHOWN);
  const left = items.length - most;
  return (
    <>
      <ul className={`wm-plain-list ${className}`}>{items.slice(0, most).map(children)}</ul>
      {left > 0 && (
        <Button size="sm" variant="subtle" onClick={() => setMost(most + SHOWN)}>
          {t('more', { count: Math.min(left, SHOWN) })}
        </Button>
      )}
    </>
  );
}
