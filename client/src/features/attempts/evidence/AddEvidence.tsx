import { useRef, useState } from 'react';
import type { DragEvent } from 'react';
import { IconCamera, IconLink, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ICON_STROKE } from '../../../components/icon/StateIcon.tsx';

interface AddEvidenceProps {
  onFiles: (files: readonly File[]) => void;
  onLink: () => void;
}

/** Select, drop or take a picture; several at once. Paste works in the text and on the page. */
export function AddEvidence({ onFiles, onLink }: AddEvidenceProps) {
  const { t } = useTranslation('module');
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);

  const take = (input: HTMLInputElement) => {
    onFiles([...(input.files ?? [])]);
    // so that the same file may be selected again later
    input.value = '';
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (files.length > 0) onFiles(files);
  };
  const icon = { size: 20, stroke: ICON_STROKE, 'aria-hidden': true } as const;
  return (
    <div
      className="wm-add wm-no-print"
      data-over={over}
      role="group"
      aria-label={t('handIn.addTo')}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input ref={picker} type="file" multiple hidden onChange={(event) => take(event.currentTarget)} />
      <input
        ref={camera}
        type="file"
        accept="image/*,video/*"
        capture="environment"
        hidden
        onChange={(event) => take(event.currentTarget)}
      />
      <span className="wm-add-main">
        <IconPlus {...icon} />
        <span>
          <button type="button" className="wm-link wm-add-file" onClick={() => picker.current?.click()}>
            {t('handIn.add')}
          </button>
          <span className="wm-add-drop">{over ? ` ${t('handIn.dropNow')}` : t('handIn.drop')}</span>
        </span>
      </span>
      <span className="wm-add-more">
        <button type="button" className="wm-link wm-add-tool" onClick={() => camera.current?.click()}>
          <IconCamera {...icon} />
          {t('handIn.camera')}
        </button>
        <button type="button" className="wm-link wm-add-tool" onClick={onLink}>
          <IconLink {...icon} />
          {t('handIn.link')}
        </button>
      </span>
    </div>
  );
}
