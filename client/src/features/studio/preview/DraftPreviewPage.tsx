import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { studioEndpoints } from '../../../../../contract/studio.ts';
import type { StudioDraft } from '../../../../../contract/studio.ts';
import { PartKey, PATHWAY_PART } from '../../../../../contract/studioParts.ts';
import { usePaths } from '../../../api/ApiProvider.tsx';
import { useLoad } from '../../../api/queries.ts';
import { StateChip } from '../../../components/chip/StateChip.tsx';
import { Page } from '../../../components/page/Page.tsx';
import { Loaded } from '../../../components/states/Loaded.tsx';
import { PathwayAssembler } from '../assembler.ts';
import { DraftWalk } from './DraftWalk.tsx';
import { PreviewNotices } from './PreviewNotices.tsx';
import { usePreviewedDraft } from './usePreviewedDraft.ts';

/** The module of the preview that is open, and the place in the studio that the preview was opened from. */
function usePlaces(draftId: string) {
  const { to } = usePaths();
  const [search] = useSearchParams();
  const from = PartKey.safeParse(search.get('from')).data ?? PATHWAY_PART;
  const pathTo = (module: string | null) => {
    const query = new URLSearchParams({ from, ...(module === null ? {} : { module }) });
    return to(`studio/${draftId}/preview?${query}`);
  };
  return { at: search.get('module'), back: `studio/${draftId}?at=${from}`, pathTo };
}

function Previewing({ draft }: { draft: StudioDraft }) {
  const { t } = useTranslation('studio');
  const { at, back, pathTo } = usePlaces(draft.id);
  const { parts, showNewest, ended, retry } = usePreviewedDraft(draft);
  const content = useMemo(() => new PathwayAssembler().assemble(parts), [parts]);
  const title = content?.title || t('untitled');
  const page = t('previewAs.page');
  return (
    <Page
      kind="workspace"
      title={`${page}: ${title}`}
      forRole="designer"
      bar={{ kind: 'inner', back, parent: title, title: page }}
      status={<StateChip state="draft">{t('draftOf', { n: (draft.baseVersion ?? 0) + 1 })}</StateChip>}
    >
      {ended || !content ? (
        <Loaded
          query={{ data: undefined, error: ended, refetch: retry }}
          skeleton="module"
          forbidden="designers"
        >
          {() => null}
        </Loaded>
      ) : (
        <DraftWalk
          content={content}
          at={at}
          pathTo={pathTo}
          notices={<PreviewNotices draft={draft} content={content} onNewest={showNewest} />}
        />
      )}
    </Page>
  );
}

/** `/studio/:draftId/preview`: a draft as a teacher would see it, with every rule switchable. It leaves no trace. */
export function DraftPreviewPage() {
  const { t } = useTranslation('studio');
  const { draftId = '' } = useParams();
  const draft = useLoad(studioEndpoints.draft, { params: { id: draftId } }, { staleTime: 0 });
  if (draft.data) return <Previewing key={draftId} draft={draft.data} />;
  return (
    <Page
      kind="workspace"
      title={t('previewAs.page')}
      forRole="designer"
      bar={{ kind: 'inner', back: `studio/${draftId}`, parent: t('page'), title: '' }}
    >
      <Loaded query={draft} skeleton="module" forbidden="designers">
        {() => null}
      </Loaded>
    </Page>
  );
}
