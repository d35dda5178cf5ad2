import {
  IconAlertTriangle,
  IconBan,
  IconCheck,
  IconCircleDashed,
  IconCloudOff,
  IconCornerUpLeft,
  IconEye,
  IconLock,
  IconPencil,
  IconSend,
} from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import type { StateName } from '../../theme/tokens.ts';

/** Line width of every icon in the product. */
export const ICON_STROKE = 1.75;

const ICONS: Readonly<Record<StateName, Icon>> = {
  notStarted: IconCircleDashed,
  locked: IconLock,
  draft: IconPencil,
  submitted: IconSend,
  inReview: IconEye,
  returned: IconCornerUpLeft,
  approved: IconCheck,
  revoked: IconBan,
  offline: IconCloudOff,
  error: IconAlertTriangle,
};

/** The icon of a state. Decoration only: the state's word is always shown beside it. */
export function StateIcon({ state, size = 16 }: { state: StateName; size?: number }) {
  const Shape = ICONS[state];
  return <Shape size={size} stroke={ICON_STROKE} aria-hidden="true" />;
}
