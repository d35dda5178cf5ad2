import { useId, useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../../contract/attempts.ts';
import type { EvidenceView } from '../../../../../contract/evidence.ts';
import { FILE_NAME_MAX } from '../../../../../contract/fileName.ts';
import { Dialog } from '../../../components/dialog/Dialog.tsx';
import { useChangeEvidence } from '../../../components/evidence/evidenceKinds.tsx';
import { TextField } from '../../../components/field/TextField.tsx';
import { Failed } from '../../../components/states/Failed.tsx';
import { RequirementField } from './RequirementField.tsx';
import { CriteriaChecks } from './CriteriaChecks.tsx';

interface DetailsDialogProps {
  workspace: Workspace;
  piece: EvidenceView;
  onClose: () => void;
}

/** Renames a file or link, sets its purpose and which criteria it speaks to. */
export function DetailsDialog({ workspace, piece, onClose }: DetailsDialogProps) {
  const { t } = useTranslation('module');
  const [name, setName] = useState(piece.name);
  const [criteria, setCriteria] = useState<readonly string[]>(piece.criteria);
  const [requirementKey, setRequirementKey] = useState(piece.requirementKey);
  const form = useId();
  const change = useChangeEvidence(workspace.attemptId, piece, onClose);
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
