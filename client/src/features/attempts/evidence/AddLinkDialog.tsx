import { useId, useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { attemptEndpoints } from '../../../../../contract/attempts.ts';
import type { Workspace } from '../../../../../contract/attempts.ts';
import { FILE_NAME_MAX } from '../../../../../contract/fileName.ts';
import { useSend } from '../../../api/queries.ts';
import { Dialog } from '../../../components/dialog/Dialog.tsx';
import { TextField } from '../../../components/field/TextField.tsx';
import { Failed } from '../../../components/states/Failed.tsx';
import { targetOf } from '../moduleModel.ts';
import { toWebAddress } from '../../../components/field/webAddress.ts';
import { CriteriaChecks } from './CriteriaChecks.tsx';

/** Adds a link: a document in a drive, a page, a video elsewhere. */
export function AddLinkDialog({ workspace, onClose }: { workspace: Workspace; onClose: () => void }) {
  const { t } = useTranslation('module');
  const [target] = useState(() => targetOf(workspace, 'link'));
  const [address, setAddress] = useState('');
  const [name, setName] = useState('');
  const [criteria, setCriteria] = useState<readonly string[]>(target.criteria);
  const [checked, setChecked] = useState(false);
  const form = useId();
  const add = useSend(attemptEndpoints.addLink, {
    refreshes: [attemptEndpoints.workspace],
    onSuccess: onClose,
  });
  const url = toWebAddress(address);

  const submit = () => {
    setChecked(true);
    if (url === null || name.trim() === '' || name.trim().length > FILE_NAME_MAX || criteria.length === 0)
      return;
    add.send({
      params: { id: workspace.attemptId },
      body: { url, name, criteria: [...criteria], requirementKey: target.requirementKey },
    });
  };
  return (
    <Dialog opened onClose={onClose} title={t('link.add')}>
      <form
        id={form}
        className="wm-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField
          label={t('link.address')}
          inputMode="url"
          autoComplete="off"
          dir="ltr"
          value={address}
          onChange={setAddress}
          error={checked && url === null ? t('link.faulty') : null}
        />
        <TextField
          label={t('link.name')}
          description={t('link.nameHelp')}
          most={FILE_NAME_MAX}
          dir="auto"
          value={name}
          onChange={setName}
          error={checked && name.trim() === '' ? t('link.nameMissing') : null}
        />
        <CriteriaChecks workspace={workspace} value={criteria} onChange={setCriteria} />
        {checked && criteria.length === 0 && <p className="wm-editor-limit">{t('details.none')}</p>}
        {add.error && <Failed error={add.error} title={t('link.failed')} />}
      </form>
      <div className="wm-dialog-actions">
        <Button type="submit" form={form} loading={add.isPending}>
          {t('link.addIt')}
        </Button>
      </div>
    </Dialog>
  );
}
