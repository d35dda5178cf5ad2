import { useContext, useId, useRef, useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isSame } from '../../../../contract/studioMerge.ts';
import type { RichDocument } from '../../../../contract/richText.ts';
import { isTooMuch } from '../../../../contract/richTextCheck.ts';
import type { TextFault } from '../../../../contract/richTextCheck.ts';
import { useEditorCode } from '../../components/editor/useEditorCode.ts';
import { FieldNoteContext } from '../../components/field/fieldNote.ts';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { Words } from '../../components/words/Words.tsx';
import '../../components/editor/editor.css';

interface RichFieldProps {
  label: string;
  help?: string;
  /** The level of the text's upper headings: one below the heading that it stands under. */
  top: number;
  document: RichDocument;
  onChange: (document: RichDocument) => void;
}

/** Counts how often the text was replaced from outside the editor, which then has to show it again. */
function useReplaced(document: RichDocument): [number, (written: RichDocument) => void] {
  const shown = useRef(document);
  const count = useRef(0);
  if (shown.current !== document && !isSame(shown.current, document)) count.current += 1;
  shown.current = document;
  return [
    count.current,
    (written) => {
      shown.current = written;
    },
  ];
}

/** A text with headings, lists and links: the editor once it has loaded, before that the text as rendered. */
export function RichField({ label, help, top, document, onChange }: RichFieldProps) {
  const { t } = useTranslation('module');
  const announce = useAnnounce();
  const id = useId();
  const { Editor, failed, again } = useEditorCode();
  const note = useContext(FieldNoteContext);
  const { t: studio } = useTranslation('studio');
  const [fault, setFault] = useState<TextFault | null>(null);
  const [wereFilesLeft, setFilesLeft] = useState(false);
  const [loaded, written] = useReplaced(document);
  const words = (refused: TextFault): string =>
    isTooMuch(refused) ? t('reflect.tooLarge') : t('reflect.notAllowed');
  return (
    <div className="wm-text-field">
      <span id={id} className="wm-label">
        {label}
      </span>
      <div className="wm-editor wm-studio-rich">
        {Editor ? (
          <Editor
            document={document}
            loaded={loaded}
            labelledBy={id}
            describedBy={[`${id}-help`, note?.id ?? ''].filter(Boolean).join(' ')}
            label={label}
            top={top}
            hasHeadings
            onChange={(next) => {
              setFault(null);
              written(next);
              onChange(next);
            }}
            onFocus={() => setFilesLeft(false)}
            onPasted={() => {
              setFilesLeft(true);
              announce.polite(studio('richText.filesLeft'));
            }}
            onRefused={(refused) => {
              setFault(refused);
              announce.assertive(words(refused));
            }}
          />
        ) : (
          <div className="wm-editor-still" aria-busy={!failed}>
            <Words document={document} top={top} />
          </div>
        )}
        {failed && (
          <p className="wm-notice-line">
            <span>{t('reflect.editorFailed')}</span>
            <Button size="sm" variant="default" onClick={again}>
              {t('failed.again', { ns: 'common' })}
            </Button>
          </p>
        )}
        <p id={`${id}-help`} className="wm-editor-hint wm-small">
          {fault && <span className="wm-field-problem">{words(fault)}</span>}
          {!fault && (wereFilesLeft ? studio('richText.filesLeft') : help)}
        </p>
      </div>
    </div>
  );
}
