import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { ActionIcon } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconEye } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Finding } from '../../../../contract/lint/findings.ts';
import { PATHWAY_PART } from '../../../../contract/studioParts.ts';
import type { PartKey } from '../../../../contract/studioParts.ts';
import { usePaths } from '../../api/ApiProvider.tsx';
import { Choices } from '../../components/choices/Choices.tsx';
import { useEditorCode } from '../../components/editor/useEditorCode.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { PathwayAssembler } from './assembler.ts';
import { findModule, findPathway } from './changes.ts';
import { DraftFrameworksContext, useDraftFrameworks } from './draftFrameworks.ts';
import { DraftPreview } from './DraftPreview.tsx';
import { NotesContext } from './FieldPlace.tsx';
import { ModuleForm } from './ModuleForm.tsx';
import { collectNotes } from './notes.ts';
import { Outline } from './Outline.tsx';
import { PathwayForm } from './PathwayForm.tsx';
import { useStudio } from './studioContext.ts';
import { StudioFoot } from './StudioFoot.tsx';
import { findModuleOf } from './studioModel.ts';
import { StudioNotices } from './StudioNotices.tsx';
import { focusTarget, TargetContext } from './target.ts';
import type { Target } from './target.ts';
import { useFindings } from './useFindings.ts';
import { usePlacedUploads } from './usePlacedUploads.ts';
import '../../components/module/module.css';
import './studio.css';

type View = 'outline' | 'edit' | 'preview';

interface StudioEditorProps {
  /** The module that is shown, or the pathway's own part. */
  at: PartKey;
  onGo: (part: PartKey) => void;
}

function UndoButtons() {
  const { t } = useTranslation('studio');
  const { undo, redo } = useStudio();
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={40}
        aria-label={t('undo')}
        title={t('undo')}
        aria-keyshortcuts="Control+Z"
        aria-disabled={undo === null}
        onClick={() => undo?.()}
      >
        <IconArrowBackUp size={20} stroke={ICON_STROKE} aria-hidden="true" />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={40}
        aria-label={t('redo')}
        title={t('redo')}
        aria-keyshortcuts="Control+Shift+Z"
        aria-disabled={redo === null}
        onClick={() => redo?.()}
      >
        <IconArrowForwardUp size={20} stroke={ICON_STROKE} aria-hidden="true" />
      </ActionIcon>
    </>
  );
}

interface ToolsProps {
  view: View;
  onView: (view: View) => void;
  /** What is on the page: the preview leads back to it. */
  at: PartKey;
}

/** The switch between the panes where there is no room for all, the way to the preview, and undo. */
function Tools({ view, onView, at }: ToolsProps) {
  const { t } = useTranslation('studio');
  const { to } = usePaths();
  const { draftId } = useStudio();
  const id = useId();
  return (
    <div className="wm-studio-tools">
      <span id={id} hidden>
        {t('views.label')}
      </span>
      <div className="wm-studio-switch">
        <Choices
          labelledBy={id}
          value={view}
          onChange={onView}
          choices={(['outline', 'edit', 'preview'] as const).map((value) => ({
            value,
            label: t(`views.${value}`),
          }))}
        />
      </div>
      <Link
        className="wm-studio-try"
        to={to(`studio/${draftId}/preview?from=${at}`)}
        title={t('previewAs.open')}
      >
        <IconEye size={20} stroke={ICON_STROKE} aria-hidden="true" />
        <span className="wm-wide-only">{t('previewAs.open')}</span>
      </Link>
      <UndoButtons />
    </div>
  );
}

function Form({ at }: { at: PartKey }) {
  const { t } = useTranslation('studio');
  const { parts } = useStudio();
  const pathway = findPathway(parts);
  const module = findModule(parts, at);
  if (!pathway) return null;
  if (at === PATHWAY_PART) return <PathwayForm pathway={pathway} />;
  return module ? (
    <ModuleForm key={at} pathway={pathway} module={module} />
  ) : (
    <p className="wm-notice-line">{t('module.gone')}</p>
  );
}

/** Goes to a field, also in another module; returns what was asked for last. */
function useGoTo(onGo: (part: PartKey) => void, show: () => void) {
  const { parts } = useStudio();
  const [target, setTarget] = useState<Target | null>(null);
  useEffect(() => {
    // once what was folded has opened
    if (target) requestAnimationFrame(() => focusTarget(target));
  }, [target]);
  const goTo = (next: Target) => {
    show();
    onGo(next.part === PATHWAY_PART ? PATHWAY_PART : (findModuleOf(parts, next.part) ?? PATHWAY_PART));
    setTarget({ ...next });
  };
  return { target, goTo };
}

/** Control and Z undo, with Shift they redo. */
function useUndoKeys(): void {
  const { undo, redo } = useStudio();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z';
      // the text editor undoes its own typing first
      if (!isUndo || event.defaultPrevented) return;
      event.preventDefault();
      (event.shiftKey ? redo : undo)?.();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [undo, redo]);
}

function useNotes(findings: readonly Finding[]) {
  const { parts, conflicts, refused } = useStudio();
  return useMemo(
    () => collectNotes({ parts, findings, conflicts, refused }),
    [parts, findings, conflicts, refused],
  );
}

/** Outline, form and preview of a draft, side by side where there is room. */
export function StudioEditor({ at, onGo }: StudioEditorProps) {
  const { parts, caps } = useStudio();
  useUndoKeys();
  usePlacedUploads();
  // a new text can be written in at once
  useEditorCode();
  const [view, setView] = useState<View>('edit');
  const assembler = useMemo(() => new PathwayAssembler(), []);
  const content = useMemo(() => assembler.assemble(parts), [assembler, parts]);
  const frameworks = useDraftFrameworks(content);
  const findings = useFindings(content, caps, frameworks);
  const notes = useNotes(findings);
  const { target, goTo } = useGoTo(onGo, () => setView('edit'));
  const form = useRef<HTMLDivElement>(null);
  const pathway = findPathway(parts);
  if (!pathway || !content) return null;
  const go = (part: PartKey) => {
    onGo(part);
    setView('edit');
    // where one pane is shown at a time, what was pressed is hidden now
    requestAnimationFrame(() => {
      if (document.activeElement?.getClientRects().length === 0) form.current?.focus();
    });
  };
  return (
    <TargetContext value={target}>
      <DraftFrameworksContext value={frameworks}>
        <NotesContext value={notes}>
          <div className="wm-studio" data-view={view}>
            <div className="wm-studio-pane-outline">
              <Outline pathway={pathway} at={at} onGo={go} />
            </div>
            <div className="wm-studio-pane-edit" ref={form} tabIndex={-1}>
              <StudioNotices at={at} onGo={go} />
              <Form at={at} />
            </div>
            <div className="wm-studio-pane-preview">
              <DraftPreview module={content.modules.find(({ key }) => key === at) ?? null} />
            </div>
            <Tools view={view} onView={setView} at={at} />
            <StudioFoot content={content} findings={findings} at={at} onGo={goTo} />
          </div>
        </NotesContext>
      </DraftFrameworksContext>
    </TargetContext>
  );
}
