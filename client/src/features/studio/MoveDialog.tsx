import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../components/dialog/ConfirmDialog.tsx';
import { SelectField } from '../../components/field/SelectField.tsx';

interface MoveDialogProps {
  name: string;
  /** The other entries of the list, in order. */
  others: readonly string[];
  /** Its place now, from 0. */
  at: number;
  onMove: (to: number) => void;
  onClose: () => void;
}

/** Asks for the new place of an entry in a list. */
export function MoveDialog({ name, others, at, onMove, onClose }: MoveDialogProps) {
  const { t } = useTranslation('studio');
  const [to, setTo] = useState(String(at));
  const places = [...others, null].map((other, place) => ({
    value: String(place),
    label: other === null ? t('move.last', { n: place + 1 }) : t('move.place', { n: place + 1, name: other }),
  }));
  return (
    <ConfirmDialog
      opened
      title={t('move.title', { name })}
      confirm={t('move.confirm')}
      onClose={onClose}
      onConfirm={() => {
        onClose();
        onMove(Number(to));
      }}
    >
      <SelectField label={t('move.title', { name })} value={to} choices={places} onChange={setTo} />
    </ConfirmDialog>
  );
}
