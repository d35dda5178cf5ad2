import { useId, useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { artifactEndpoints } from '../../../../../contract/artifacts.ts';
import { attemptEndpoints } from '../../../../../contract/attempts.ts';
import type { EvidenceView, Workspace } from '../../../../../contract/attempts.ts';
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

/** Renames a file, says what it is for and which criteria it speaks to. */
export function DetailsDialog({ workspace, piece, onClose }: DetailsDialogProps) {
  const { t } = useTranslation('module');
  const [name, setName] = useState(piece.name);
  const [criteria, setCriteria] = useState<readonly string[]>(piece.criteria);
  const [requirementKey, setRequirementKey] = useState(piece.requirementKey);
  const form = useId();
  const change = useSend(artifactEndpoints.changeArtifact, {
    refreshes: [attemptEndpoints.workspace],
    onSuccess: onClose,
  });
  const complete = name.trim() !== '' && criteria.length > 0;
  return (
    <Dialog opened onClose={onClose} title={t('details.title')}>
      <form
        id={form}
        className="wm-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!complete) return;
          const body = { name, criteria: [...criteria], requirementKey };
          change.send({ params: { id: piece.id }, body });
        }}
      >
        <TextField
          label={t('details.name')}
          value={name}
          maxLength={255}
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
