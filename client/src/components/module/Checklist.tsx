import { useEffect, useMemo, useState } from 'react';
import { windowIds } from '../../storage/windowIds.ts';
import type { BlockOf } from './blockOf.ts';

interface ChecklistProps {
  block: BlockOf<'checklist'>;
  /** Whose ticks they are; null: nobody's, and nothing is remembered. */
  ownerId: string | null;
}

/** A list to tick off while working. Nobody else sees the ticks; this window remembers them. */
export function Checklist({ block, ownerId }: ChecklistProps) {
  const { key, title, items } = block;
  const remembered = useMemo(
    () => (ownerId === null ? null : windowIds('ticked', `${ownerId}:${key}`)),
    [ownerId, key],
  );
  const [ticked, setTicked] = useState<ReadonlySet<string>>(() => new Set(remembered?.read()));
  useEffect(() => remembered?.write(ticked), [remembered, ticked]);
  const toggle = (item: string, on: boolean) =>
    setTicked((before) => new Set([...[...before].filter((one) => one !== item), ...(on ? [item] : [])]));
  return (
    <fieldset className="wm-block wm-checks">
      <legend className="wm-label" dir="auto">
        {title}
      </legend>
      {items.map((item) => (
        <label key={item.key} className="wm-check">
          <input
            type="checkbox"
            checked={ticked.has(item.key)}
            onChange={(event) => toggle(item.key, event.currentTarget.checked)}
          />
          <span dir="auto">{item.text}</span>
        </label>
      ))}
    </fieldset>
  );
}
