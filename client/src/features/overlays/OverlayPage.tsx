import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { findOpenPoints } from '../../../../contract/overlayEdits.ts';
import { frameworkEndpoints } from '../../../../contract/frameworks.ts';
import { overlayEndpoints } from '../../../../contract/overlays.ts';
import type { OverlayDraft } from '../../../../contract/overlays.ts';
import { useLoad } from '../../api/queries.ts';
import { AreaField } from '../../components/field/AreaField.tsx';
import { TextField } from '../../components/field/TextField.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { Page } from '../../components/page/Page.tsx';
import { SaveState } from '../../components/save/SaveState.tsx';
import { Loaded } from '../../components/states/Loaded.tsx';
import { DiscardOverlayDialog } from './DiscardOverlayDialog.tsx';
import { NewerCoreDialog } from './NewerCoreDialog.tsx';
import { OverlayContext, useOverlay } from './overlayContext.ts';
import { OtherAdmins } from './OtherAdmins.tsx';
import { OverlayItems } from './OverlayItems.tsx';
import { PublishOverlayDialog } from './PublishOverlayDialog.tsx';
import { OpenPoints, OverlayConflicts } from './ToSettle.tsx';
import { useOverlayDraft } from './useOverlayDraft.ts';
import './overlays.css';

/** How often it is asked whether somebody else has saved. */
const LOOK_AGAIN_MS = 10_000;

function About() {
  const { t } = useTranslation('overlays');
  const { edits, change } = useOverlay();
  const { title, source, description } = edits;
  return (
    <section className="wm-adapted-about" aria-label={t('about')}>
      <TextField
        label={t('title')}
        value={title}
        most={255}
        dir="auto"
        onChange={(now) => change((all) => ({ ...all, title: now }))}
      />
      <TextField
        label={t('source')}
        value={source}
        most={500}
        dir="auto"
        onChange={(now) => change((all) => ({ ...all, source: now }))}
      />
      <AreaField
        label={t('description')}
        value={description}
        most={10_000}
        onChange={(now) => change((all) => ({ ...all, description: now }))}
      />
    </section>
  );
}

function NewerCore() {
  const { t } = useTranslation('overlays');
  const { key, title, version } = useOverlay().edits.core;
  const list = useLoad(frameworkEndpoints.list, {});
  const [isOpen, setOpen] = useState(false);
  const newest = list.data?.rows.find((row) => row.key === key)?.version ?? version;
  if (newest <= version) return null;
  return (
    <div className="wm-notice-line wm-row">
      <span dir="auto">{t('newer.notice', { core: title, n: newest })}</span>
      <Button size="sm" variant="default" onClick={() => setOpen(true)}>
        {t('newer.open')}
      </Button>
      {isOpen && <NewerCoreDialog to={newest} onClose={() => setOpen(false)} />}
    </div>
  );
}

interface FootProps {
  draft: OverlayDraft;
  revision: number;
  isSaved: boolean;
}

function Foot({ draft, revision, isSaved }: FootProps) {
  const { t } = useTranslation('overlays');
  const { edits, core } = useOverlay();
  const [asked, setAsked] = useState<'publish' | 'discard' | null>(null);
  const close = () => setAsked(null);
  const isOpen = findOpenPoints(edits, core).length > 0;
  const why = isOpen ? t('publish.settleFirst') : isSaved ? null : t('publish.saveFirst');
  return (
    <div className="wm-adapted-foot">
      <Button disabled={why !== null} onClick={() => setAsked('publish')}>
        {t('publish.open')}
      </Button>
      <Button variant="default" onClick={() => setAsked('discard')}>
        {t('discard.open')}
      </Button>
      {why && <p className="wm-small">{why}</p>}
      {asked === 'publish' && <PublishOverlayDialog draft={draft} revision={revision} onClose={close} />}
      {asked === 'discard' && <DiscardOverlayDialog id={draft.id} onClose={close} />}
    </div>
  );
}

function Undo({ words, onUndo }: { words: string; onUndo: () => void }) {
  const { t } = useTranslation('overlays');
  useAnnouncement(words);
  return (
    <div className="wm-notice-line wm-row wm-adapted-undo">
      <span dir="auto">{words}</span>
      <Button size="sm" variant="default" onClick={onUndo}>
        {t('undo')}
      </Button>
    </div>
  );
}

function Editing({ draft }: { draft: OverlayDraft }) {
  const { t } = useTranslation(['overlays', 'frameworks']);
  const { state, autosave, save, change, done, undo } = useOverlayDraft(draft);
  const edits = state.edits ?? draft.edits;
  const { key, title, version } = edits.core;
  const core = useLoad(frameworkEndpoints.read, { params: { key, n: version } }, { staleTime: Infinity });
  const name = edits.title || t('untitled');
  const unsentText = () => autosave.unsentText();
  const isSaved = save.kind === 'saved' || save.kind === 'idle';
  return (
    <Page
      title={name}
      forRole="admin"
      bar={{ kind: 'inner', back: 'frameworks', parent: t('frameworks:page'), title: name, isHeading: true }}
      save={<SaveState save={save} textToCopy={unsentText} />}
      unsavedText={unsentText}
    >
      <Loaded query={core} skeleton="rows">
        {({ content }) => (
          <OverlayContext value={{ edits, core: content, change }}>
            <div className="wm-adapted">
              <p dir="auto">{t('adapts', { core: title, n: version })}</p>
              <p className="wm-small">{t(draft.newest === null ? 'isNew' : 'nextOf')}</p>
              <OtherAdmins draftId={draft.id} />
              {state.refused && (
                <p className="wm-field-problem" role="alert">
                  {t('refused')}
                </p>
              )}
              <OverlayConflicts
                conflicts={state.conflicts}
                onChoose={(path, side) => autosave.choose(path, side)}
              />
              <NewerCore />
              <OpenPoints />
              <About />
              <OverlayItems />
              {done && <Undo key={done.words} words={done.words} onUndo={undo} />}
              <Foot draft={draft} revision={state.revision} isSaved={isSaved} />
            </div>
          </OverlayContext>
        )}
      </Loaded>
    </Page>
  );
}

/** `/overlays/:overlayId`: the draft of an overlay, to be written. */
export function OverlayPage() {
  const { t } = useTranslation('frameworks');
  const { overlayId = '' } = useParams();
  const draft = useLoad(
    overlayEndpoints.read,
    { params: { id: overlayId } },
    { lookAgain: () => LOOK_AGAIN_MS },
  );
  if (draft.data) return <Editing key={overlayId} draft={draft.data} />;
  return (
    <Page
      title={t('page')}
      forRole="admin"
      bar={{ kind: 'inner', back: 'frameworks', parent: t('page'), title: '' }}
    >
      <Loaded query={draft} skeleton="rows" forbidden="admins">
        {() => null}
      </Loaded>
    </Page>
  );
}
