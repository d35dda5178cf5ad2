import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { studioEndpoints } from '../../../../contract/studio.ts';
import type { StudioDraft } from '../../../../contract/studio.ts';
import { PartKey, PATHWAY_PART } from '../../../../contract/studioParts.ts';
import { useLoad } from '../../api/queries.ts';
import { StateChip } from '../../components/chip/StateChip.tsx';
import { Page } from '../../components/page/Page.tsx';
import { SaveState } from '../../components/save/SaveState.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { findPathway } from './changes.ts';
import { StudioContext } from './studioContext.ts';
import { StudioEditor } from './StudioEditor.tsx';
import { useStudioDraft } from './useStudioDraft.ts';

function Editing({ draft }: { draft: StudioDraft }) {
  const { t } = useTranslation('studio');
  const [search, setSearch] = useSearchParams();
  const at = PartKey.safeParse(search.get('at')).data ?? PATHWAY_PART;
  const { studio, save, unsentText } = useStudioDraft(draft, at);
  const title = findPathway(studio.parts)?.title || t('untitled');
  return (
    <Page
      kind="workspace"
      title={title}
      forRole="designer"
      bar={{ kind: 'inner', back: 'studio', parent: t('page'), title, isHeading: true }}
      status={<StateChip state="draft">{t('draftOf', { n: studio.version })}</StateChip>}
      save={<SaveState save={save} textToCopy={unsentText} />}
      unsavedText={unsentText}
    >
      <StudioContext value={studio}>
        <StudioEditor at={at} onGo={(part) => setSearch({ at: part }, { replace: true })} />
      </StudioContext>
    </Page>
  );
}

/** `/studio/:draftId`: the draft of a pathway, to be written. */
export function StudioDraftPage() {
  const { t } = useTranslation('studio');
  const { draftId = '' } = useParams();
  const draft = useLoad(studioEndpoints.draft, { params: { id: draftId } });
  if (draft.data) return <Editing key={draftId} draft={draft.data} />;
  return (
    <Page
      kind="workspace"
      title={t('page')}
      forRole="designer"
      bar={{ kind: 'inner', back: 'studio', parent: t('page'), title: '' }}
    >
      <Loaded query={draft} skeleton="module" forbidden="designers">
        {() => null}
      </Loaded>
    </Page>
  );
}
