import { artifactEndpoints } from '../../../../../contract/artifacts.ts';
import type { EvidenceView } from '../../../../../contract/evidence.ts';
import { useLoad } from '../../../api/queries.ts';
import { Dialog } from '../../../components/dialog/Dialog.tsx';
import { FilePreview } from '../../../components/preview/FilePreview.tsx';
import { Loaded } from '../../../components/states/Loaded.tsx';

/** Shows what a browser can display, by a fresh signed link: those in the page's data are valid for minutes only. */
export function PreviewDialog({ piece, onClose }: { piece: EvidenceView; onClose: () => void }) {
  const file = useLoad(artifactEndpoints.artifact, { params: { id: piece.id } }, { staleTime: 0 });
  return (
    <Dialog opened onClose={onClose} title={piece.name}>
      <Loaded query={file} skeleton="text">
        {({ name, mediaType, size, previewable, url }) =>
          url === null ? null : (
            <FilePreview
              name={name}
              mediaType={mediaType}
              size={size}
              previewable={previewable}
              url={url}
              onRenew={() => void file.refetch()}
            />
          )
        }
      </Loaded>
    </Dialog>
  );
}
