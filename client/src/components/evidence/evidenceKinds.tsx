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
import type { TFunction } from 'i18next';
import { artifactEndpoints } from '../../../../contract/artifacts.ts';
import { attemptEndpoints } from '../../../../contract/attempts.ts';
import { PIECE_OF_EVIDENCE } from '../../../../contract/evidence.ts';
import type {
  EvidenceKind,
  EvidenceView,
  LinkFacts,
  LinkKind,
  PieceKind,
} from '../../../../contract/evidence.ts';
import type { Api } from '../../api/ApiProvider.tsx';
import { useSend } from '../../api/queries.ts';

// Everything that pages do by the kind of a piece is in this file, in tables and switches without a default: a kind added to
// contract/evidence.ts does not compile until each of them handles it.

/** How a piece is read: as words on the page, as a file that is shown or downloaded, or at the URL it links to. */
type Body = 'text' | 'file' | 'address';
export type EvidenceAction = 'open' | 'preview' | 'download';

interface Meaning {
  readonly icon: Icon;
  readonly body: Body;
  /** What the menu of its row offers, in this order; a preview only if a browser can show it. */
  readonly actions: readonly EvidenceAction[];
}

const words = { icon: IconFileText, body: 'text', actions: [] } as const;
const file = (icon: Icon) => ({ icon, body: 'file', actions: ['preview', 'download'] }) as const;

const link = (icon: Icon) => ({ icon, body: 'address', actions: ['open'] }) as const;

const KINDS = {
  reflection: words,
  change_note: words,
  artifact: file(IconFileText),
  document: file(IconFileText),
  image: file(IconPhoto),
  audio: file(IconMicrophone),
  video: file(IconVideo),
  text: file(IconFileText),
  link: link(IconLink),
} as const satisfies Readonly<Record<EvidenceKind | PieceKind, Meaning>>;

/** What belongs to a link of each kind besides its address, as a sentence; null if nothing does. */
export const LINK_SENTENCES: Readonly<Record<LinkKind, (facts: LinkFacts, t: TFunction) => string | null>> = {
  link: () => null,
};

export type AnyKind = EvidenceKind | PieceKind;
type KindsOf<B extends Body> = { [K in AnyKind]: (typeof KINDS)[K]['body'] extends B ? K : never }[AnyKind];
interface Kinded {
  readonly kind: AnyKind;
}

export function isText<T extends Kinded>(piece: T): piece is Extract<T, { kind: KindsOf<'text'> }> {
  return KINDS[piece.kind].body === 'text';
}

export function isFile<T extends Kinded>(piece: T): piece is Extract<T, { kind: KindsOf<'file'> }> {
  return KINDS[piece.kind].body === 'file';
}

export function isAddress<T extends Kinded>(piece: T): piece is Extract<T, { kind: KindsOf<'address'> }> {
  return KINDS[piece.kind].body === 'address';
}

export function evidenceActions({
  kind,
  previewable,
}: Pick<EvidenceView, 'kind' | 'previewable'>): EvidenceAction[] {
  return KINDS[kind].actions.filter((action) => action !== 'preview' || previewable);
}

/** The icon of a piece: for a file, by its media type if that says more than its kind. */
export function evidenceIcon(kind: AnyKind, mediaType?: string | null): Icon {
  const type = mediaType ?? '';
  if (KINDS[kind].body !== 'file') return KINDS[kind].icon;
  if (type === 'application/pdf') return IconFileTypePdf;
  if (type === 'text/csv' || type.includes('spreadsheet')) return IconTable;
  const [family] = type.split('/');
  return family === 'video' || family === 'image' || family === 'audio'
    ? KINDS[family].icon
    : KINDS[kind].icon;
}

/** Removes a piece from what will be handed in, through the endpoint of the form in which it is stored. */
export function removeEvidence(
  call: Api['call'],
  attemptId: string,
  { kind, id }: Pick<EvidenceView, 'kind' | 'id'>,
  options: { keepalive: boolean },
) {
  switch (PIECE_OF_EVIDENCE[kind]) {
    case 'artifact':
      return call(artifactEndpoints.removeArtifact, { params: { id } }, options);
    case 'link':
      return call(attemptEndpoints.removeLink, { params: { id: attemptId, linkId: id } }, options);
  }
}

interface EvidenceChange {
  name: string;
  criteria: string[];
  requirementKey: string | null;
}

/** Changes a piece's name and purpose, through the endpoint of the form in which it is stored. */
export function useChangeEvidence(
  attemptId: string,
  { kind, id }: Pick<EvidenceView, 'kind' | 'id'>,
  onSuccess: () => void,
) {
  const options = { refreshes: [attemptEndpoints.workspace], onSuccess };
  const artifact = useSend(artifactEndpoints.changeArtifact, options);
  const link = useSend(attemptEndpoints.changeLink, options);
  const sends = {
    artifact: { ...artifact, send: (body: EvidenceChange) => artifact.send({ params: { id }, body }) },
    link: {
      ...link,
      send: (body: EvidenceChange) => link.send({ params: { id: attemptId, linkId: id }, body }),
    },
  } as const satisfies Readonly<Record<(typeof PIECE_OF_EVIDENCE)[EvidenceKind], unknown>>;
  const { send, error, isPending } = sends[PIECE_OF_EVIDENCE[kind]];
  return { send, error, isPending };
}
