import { IconUsers } from '@tabler/icons-react';
import { ICON_STROKE } from '../icon/StateIcon.tsx';
import './present.css';

interface PresentListProps {
  /** A sentence for each window. */
  others: readonly { readonly windowId: string; readonly words: string }[];
}

/** Who else has the page open; nothing if nobody does. */
export function PresentList({ others }: PresentListProps) {
  if (others.length === 0) return null;
  return (
    <ul className="wm-plain-list wm-present">
      {others.map(({ windowId, words }) => (
        <li key={windowId}>
          <IconUsers size={16} stroke={ICON_STROKE} aria-hidden="true" />
          <span>{words}</span>
        </li>
      ))}
    </ul>
  );
}
