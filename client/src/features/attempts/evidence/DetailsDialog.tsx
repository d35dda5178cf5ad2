import { useId, useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { artifactEndpoints } from '../../../../../contract/artifacts.ts';
import { attemptEndpoints } from '../../../../../contract/attempts.ts';
import type { EvidenceView, Workspace } from '../../../../../contract/attempts.ts';
import { FILE_NAME_MAX } from '../../../../../contract/fileName.ts';
import { useSend } from '../../../api/queries.ts';
import { Dialog } from '../../../components/dialog/Dialog.tsx';
import { TextField } from '../../../components/field/TextField.tsx';
import { Failed } from '../../../components/states/Failed.tsx';
import { RequirementField } from './RequirementField.tsx';
import { CriteriaChecks } from './CriteriaChecks.tsx';

interface DetailsDialogProps {
  workspace: Workspace;
  piece: EvidenceView;
  onClose: () => void;
}

/** Changes a file or a link, each by its own endpoint. */
function useChange({ workspace, piece, onClose }: DetailsDialogProps) {
  const options = { refreshes: [attemptEndpoints.workspace], onSuccess: onClose };
  const file = useSend(artifactEndpoints.changeArtifact, options);
  const link = useSend(attemptEndpoints.changeLink, options);
  const isLink = piece.kind === 'link';
  const { error, isPending } = isLink ? link : file;
  const send = (body: { name: string; criteria: string[]; requirementKey: string | null }) => {
    if (isLink) link.send({ params: { id: workspace.attemptId, linkId: piece.id }, body });
    else file.send({ params: { id: piece.id }, body });
  };
  return { send, error, isPending };
}

/** Renames a file or link, says what it is for and which criteria it speaks to. */
export function DetailsDialog(props: DetailsDialogProps) {
  const { workspace, piece, onClose } = props;
  const { t } = useTranslation('module');
  const [name, setName] = useState(piece.name);
  const [criteria, setCriteria] = useState<readonly string[]>(piece.criteria);
  const [requirementKey, setRequirementKey] = useState(piece.requirementKey);
  const form = useId();
  const change = useChange(props);
  const complete = name.trim() !== '' && name.trim().length <= FILE_NAME_MAX && criteria.length > 0;
  return (
    <Dialog opened onClose={onClose} title={t('details.title')}>
      <form
        id={form}
        className="wm-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!complete) return;
          change.send({ name, criteria: [...criteria], requirementKey });
        }}
      >
        {piece.handedIn && <p className="wm-small">{t('details.handedIn')}</p>}
        <TextField
          label={t('details.name')}
          value={name}
          most={FILE_NAME_MAX}
          dir="auto"
          onChange={setName}
          error={name.trim() === '' ? t('link.nameMissing') : null}
        />
        <RequirementField
          workspace={workspace}
          piece={piece}
          value={requirementKey}
          onChange={({ key, criteria: asked }) => {
            setRequirementKey(key);
            setCriteria((before) => [...new Set([...before, ...asked])]);
          }}
        />
        <CriteriaChecks workspace={workspace} value={criteria} onChange={setCriteria} />
        {criteria.length === 0 && <p className="wm-editor-limit">{t('details.none')}</p>}
        {change.error && <Failed error={change.error} title={t('details.failed')} />}
      </form>
      <div className="wm-dialog-actions">
        <Button type="submit" form={form} loading={change.isPending}>
          {t('details.save')}
        </Button>
      </div>
    </Dialog>
  );
}
