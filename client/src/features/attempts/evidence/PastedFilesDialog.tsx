import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../components/dialog/Dialog.tsx';
import { useFormat } from '../../../i18n/FormatProvider.tsx';
import type { Pasted } from '../../../components/editor/paste/pastedFiles.ts';
import { Thumbnail } from './Thumbnail.tsx';

interface PastedFilesDialogProps {
  pasted: Pasted;
  onAdd: (files: readonly File[]) => void;
  onClose: () => void;
}

/** Asks what of a paste is to be submitted: a picture may show somebody, or more than was meant. */
export function PastedFilesDialog({ pasted, onAdd, onClose }: PastedFilesDialogProps) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const { files, left } = pasted;
  const [chosen, setChosen] = useState<ReadonlySet<File>>(() => new Set(files));
  const toggle = (file: File, on: boolean) =>
    setChosen((before) => new Set(files.filter((one) => (one === file ? on : before.has(one)))));
  const add = () => {
    onAdd(files.filter((file) => chosen.has(file)));
    onClose();
  };
  return (
    <Dialog opened onClose={onClose} title={t(files.length > 0 ? 'pasted.title' : 'pasted.titleLeft')}>
      {files.length > 0 && <p>{t('pasted.help')}</p>}
      {files.length > 0 && (
        <ul className="wm-plain-list wm-pasted">
          {files.map((file, index) => (
            <li key={index}>
              <label className="wm-check">
                <input
                  type="checkbox"
                  checked={chosen.has(file)}
                  onChange={(event) => toggle(file, event.currentTarget.checked)}
                />
                <Thumbnail file={file} />
                <span>
                  <strong dir="auto">{file.name}</strong>
                  <span className="wm-small"> {format.bytes(file.size)}</span>
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
      {left > 0 && <p className="wm-small">{t('pasted.left', { left })}</p>}
      <div className="wm-dialog-actions">
        <Button variant="default" onClick={onClose}>
          {t(files.length > 0 ? 'pasted.no' : 'pasted.close')}
        </Button>
        {files.length > 0 && (
          <Button onClick={add} disabled={chosen.size === 0}>
            {t('pasted.add', { count: chosen.size })}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
