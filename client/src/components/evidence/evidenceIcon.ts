import {
  IconFileText,
  IconFileTypePdf,
  IconLink,
  IconMicrophone,
  IconPhoto,
  IconTable,
  IconVideo,
} from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import type { EvidenceKind } from '../../../../contract/pathways.ts';

export type PieceKind = EvidenceKind | 'reflection' | 'change_note' | 'artifact';

/** The icon of a piece of work by its media type, else by its kind. */
export function evidenceIcon(kind: PieceKind, mediaType?: string | null): Icon {
  const type = mediaType ?? '';
  if (kind === 'link') return IconLink;
  if (type === 'application/pdf') return IconFileTypePdf;
  if (kind === 'video' || type.startsWith('video/')) return IconVideo;
  if (kind === 'image' || type.startsWith('image/')) return IconPhoto;
  if (kind === 'audio' || type.startsWith('audio/')) return IconMicrophone;
  if (type === 'text/csv' || type.includes('spreadsheet')) return IconTable;
  return IconFileText;
}
