import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Strand } from '../../../../contract/content.ts';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { TextField } from '../../components/field/TextField.tsx';
import { SelectField } from '../../components/field/SelectField.tsx';

interface NewPathwayDialogProps {
  strands: readonly Strand[];
  pending: boolean;
  /** Why it was not begun; null if nothing is wrong. */
  failure: string | null;
  onBegin: (title: string, strand: Strand) => void;
  onClose: () => void;
}

/** Asks for what a new pathway can't be without. */
export function NewPathwayDialog({ strands, pending, failure, onBegin, onClose }: NewPathwayDialogProps) {
  const { t } = useTranslation('studio');
  const [title, setTitle] = useState('');
  const [isNamed, setNamed] = useState(true);
  const [key, setKey] = useState(strands[0]?.key ?? '');
  const begin = () => {
    const strand = strands.find((one) => one.key === key);
    setNamed(title.trim() !== '');
    if (title.trim() !== '' && title.length <= 255 && strand) onBegin(title.trim(), strand);
  };
  return (
    <ConfirmDialog
      opened
      title={t('new.title')}
      confirm={t('new.create')}
      pending={pending}
      onConfirm={begin}
      onClose={onClose}
    >
      <form
        className="wm-stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!pending) begin();
        }}
      >
        <TextField
          label={t('new.name')}
          value={title}
          most={255}
          dir="auto"
          error={isNamed ? failure : t('new.nameNeeded')}
          onChange={setTitle}
        />
        <SelectField
          label={t('new.strand')}
          value={key}
          choices={strands.map((strand) => ({ value: strand.key, label: strand.title }))}
          onChange={setKey}
        />
      </form>
    </ConfirmDialog>
  );
}
