import type { ReactNode } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from './Dialog.tsx';

export interface ConfirmDialogProps {
  opened: boolean;
  title: ReactNode;
  children?: ReactNode;
  /** A verb: what will happen. */
  confirm: string;
  cancel?: string;
  pending?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks once before something that cannot be undone. Focus starts on the dialog, so that Enter alone does nothing. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { opened, title, children, confirm, cancel, pending = false, onConfirm, onClose } = props;
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={title} onClose={onClose}>
      {children}
      <div className="wm-dialog-actions">
        <Button variant="default" onClick={onClose}>
          {cancel ?? t('dialog.cancel')}
        </Button>
        <Button loading={pending} onClick={onConfirm}>
          {confirm}
        </Button>
      </div>
    </Dialog>
  );
}
