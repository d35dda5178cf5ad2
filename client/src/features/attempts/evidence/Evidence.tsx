import { useEffect, useState } from 'react';
import { Button } from '@mantine/core';
import { IconCheck, IconCircleDashed } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../../contract/attempts.ts';
import type { EvidenceView } from '../../../../../contract/evidence.ts';
import { requirementsOf } from '../../../../../contract/cycles.ts';
import type { Requirement } from '../../../../../contract/content.ts';
import { ICON_STROKE } from '../../../components/icon/StateIcon.tsx';
import { useFormat } from '../../../i18n/FormatProvider.tsx';
import { readPasted } from '../../../components/editor/paste/pastedFiles.ts';
import type { Pasted } from '../../../components/editor/paste/pastedFiles.ts';
import { openCriteria, requirementAnchor } from '../moduleModel.ts';
import type { UploadManager, UploadState } from '../uploads/uploadManager.ts';
import { AddEvidence } from './AddEvidence.tsx';
import { AddLinkDialog } from './AddLinkDialog.tsx';
import { PastedFilesDialog } from './PastedFilesDialog.tsx';
import { PieceRow } from './PieceRow.tsx';
import { UploadRow } from './UploadRow.tsx';
import type { EvidenceActions } from './useEvidenceActions.ts';
import { useSayUploads } from './useUploadWords.ts';

export interface EvidenceProps {
  workspace: Workspace;
  uploads: UploadManager;
  state: UploadState;
  actions: EvidenceActions;
}

function RequirementLine({ requirement, met }: { requirement: Requirement; met: boolean }) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const Shape = met ? IconCheck : IconCircleDashed;
  return (
    <li id={requirementAnchor(requirement.key)} className="wm-requirement" data-met={met} tabIndex={-1}>
      <Shape size={18} stroke={ICON_STROKE} aria-hidden="true" />
      <div>
        <p>
          <strong dir="auto">{requirement.title}</strong>
          <span className="wm-small"> · {t(met ? 'handIn.met' : 'handIn.open')}</span>
        </p>
        {requirement.help && (
          <p className="wm-small" dir="auto">
            {requirement.help}
          </p>
        )}
        {requirement.visitRecord && <p className="wm-small">{t('handIn.visitRecord')}</p>}
        <p className="wm-small">
          {t('handIn.takes', {
            kinds: format.list(requirement.kinds.map((kind) => t(`handIn.kind.${kind}`))),
          })}
        </p>
      </div>
    </li>
  );
}

/** Requirements of this round: all, or those that speak to what is open. */
function openRequirements(workspace: Workspace): Requirement[] {
  const open = openCriteria(workspace);
  return requirementsOf(workspace.module).filter(({ criteria }) =>
    criteria.some((key) => open.includes(key)),
  );
}

/** The person is asked about pictures pasted anywhere on the page, except in a text field. */
function usePaste(active: boolean, offer: (pasted: Pasted) => void): void {
  useEffect(() => {
    if (!active) return undefined;
    const onPaste = (event: ClipboardEvent) => {
      if (event.defaultPrevented) return;
      const pasted = readPasted(event.clipboardData);
      if (pasted.files.length > 0) offer(pasted);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [active, offer]);
}

interface RemovalRowProps {
  piece: Pick<EvidenceView, 'id' | 'name' | 'handedIn'>;
  /** It could not be sent yet. */
  waiting: boolean;
  uploads: UploadManager;
}

function RemovalRow({ piece, waiting, uploads }: RemovalRowProps) {
  const { t } = useTranslation('module');
  const word = waiting ? 'removedLater' : piece.handedIn ? 'removedKept' : 'removed';
  return (
    <p className="wm-notice-line">
      <span>{t(`handIn.${word}`, { name: piece.name })}</span>
      <Button size="sm" variant="default" onClick={() => uploads.undoTakeOut(piece.id)}>
        {t('handIn.undo')}
      </Button>
    </p>
  );
}

function Pieces({ workspace, uploads, state, actions }: EvidenceProps) {
  const { t } = useTranslation('module');
  const underWay = new Set(state.items.flatMap(({ artifactId }) => artifactId ?? []));
  const removed = new Map(state.removals.map(({ id, waiting }) => [id, waiting]));
  const left = new Set(state.left);
  const shown = workspace.evidence.filter(
    ({ id, clientId }) => !underWay.has(id) && !left.has(id) && !left.has(clientId ?? id),
  );
  if (shown.length === 0 && state.items.length === 0) {
    return workspace.writable ? null : <p className="wm-small">{t('handIn.none')}</p>;
  }
  return (
    <ul className="wm-pieces wm-plain-list">
      {shown.map((piece) => (
        <li key={piece.id}>
          {removed.has(piece.id) ? (
            <RemovalRow piece={piece} waiting={removed.get(piece.id) ?? false} uploads={uploads} />
          ) : (
            <PieceRow
              workspace={workspace}
              piece={piece}
              uploads={uploads}
              actions={actions}
              stayed={state.stayed.includes(piece.id)}
            />
          )}
        </li>
      ))}
      {state.items.map((item) => (
        <li key={item.clientId}>
          <UploadRow item={item} uploads={uploads} />
        </li>
      ))}
    </ul>
  );
}

const isMet = ({ missing }: Workspace, { key }: Requirement): boolean =>
  !missing.some((one) => one.what === 'artifact' && one.key === key);

/** How many of the required items of this round were added; null if nothing is required. */
export function useEvidenceProgress(workspace: Workspace): string | null {
  const { t } = useTranslation('module');
  const required = openRequirements(workspace);
  const met = required.filter((requirement) => isMet(workspace, requirement)).length;
  return required.length === 0 ? null : t('handIn.kinds', { met, all: required.length });
}

/** What is required, what has been added, and how to add more. */
export function Evidence(props: EvidenceProps) {
  const { workspace, state, actions } = props;
  const [linking, setLinking] = useState(false);
  const { writable } = workspace;
  const requirements = openRequirements(workspace);
  useSayUploads(state.items);
  usePaste(writable, actions.offer);
  return (
    <div className="wm-evidence-part">
      {requirements.length > 0 && (
        <ul className="wm-requirements wm-plain-list">
          {requirements.map((requirement) => (
            <RequirementLine
              key={requirement.key}
              requirement={requirement}
              met={isMet(workspace, requirement)}
            />
          ))}
        </ul>
      )}
      <Pieces {...props} />
      {writable && <AddEvidence onFiles={actions.addFiles} onLink={() => setLinking(true)} />}
      {actions.offered && (
        <PastedFilesDialog pasted={actions.offered} onAdd={actions.addFiles} onClose={actions.closeOffer} />
      )}
      {linking && <AddLinkDialog workspace={workspace} onClose={() => setLinking(false)} />}
    </div>
  );
}
