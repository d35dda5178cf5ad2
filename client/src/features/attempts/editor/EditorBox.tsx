import { useId, useRef, useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Prompt } from '../../../../../contract/content.ts';
import { countWords, plainText, TEXT_MAX } from '../../../../../contract/richText.ts';
import type { RichDocument } from '../../../../../contract/richText.ts';
import type { TextFault } from '../../../../../contract/richTextCheck.ts';
import { useAnnounce } from '../../../components/live/Announcer.tsx';
import { DEFAULT_TOP } from '../../../components/words/headingLevels.ts';
import { Words } from '../../../components/words/Words.tsx';
import type { TextAutosave } from '../../../autosave/texts/textAutosave.ts';
import type { TextPiece } from '../../../autosave/texts/textPiece.ts';
import { useFormat } from '../../../i18n/FormatProvider.tsx';
import type { Pasted } from '../../../components/editor/paste/pastedFiles.ts';
import { HistoryDialog } from '../texts/HistoryDialog.tsx';
import { PieceNotices } from '../texts/PieceNotices.tsx';
import '../../../components/editor/editor.css';
import { useEditorCode } from '../../../components/editor/useEditorCode.ts';

/** From this length on the page says how much still fits. */
const NEAR = TEXT_MAX - 1000;

interface EditorBoxProps {
  attemptId: string;
  autosave: TextAutosave;
  piece: TextPiece;
  prompt: Prompt;
  /** Id of the question. */
  labelledBy: string;
  /** True if this text speaks to the open criterion. */
  lit: boolean;
  onFocus: () => void;
  onPasted: (pasted: Pasted) => void;
}

function WordHint({ id, prompt, text }: { id: string; prompt: Prompt; text: string }) {
  const { t } = useTranslation('module');
  const { from, to } = prompt.words;
  const args = { count: countWords(text), from, to };
  return (
    <p id={id} className="wm-editor-hint wm-small">
      {from > 0 ? t('reflect.words', args) : t('reflect.wordsUpTo', args)}
      {text.length > NEAR && <span> {t('reflect.left', { left: Math.max(0, TEXT_MAX - text.length) })}</span>}
    </p>
  );
}

interface RestoredProps {
  restored: { when: string; before: RichDocument };
  undo: () => void;
}

function Restored({ restored, undo }: RestoredProps) {
  const { t } = useTranslation('module');
  const format = useFormat();
  return (
    <p className="wm-notice-line" role="status">
      <span>{t('history.restored', { when: format.moment(restored.when) })}</span>
      <Button size="sm" variant="default" onClick={undo}>
        {t('history.undo')}
      </Button>
    </p>
  );
}

/** The message shown where a keystroke or a paste was refused. */
function useLimitWords(length: number): (fault: TextFault) => string {
  const { t } = useTranslation('module');
  return (fault) => {
    if (fault.code === 'too_long') {
      return t('reflect.tooLong', { max: fault.max, left: Math.max(0, fault.max - length) });
    }
    if (fault.code === 'too_deep') return t('reflect.tooDeep', { max: fault.max });
    return t(fault.code === 'too_large' ? 'reflect.tooLarge' : 'reflect.notAllowed');
  };
}

interface Refused {
  readonly fault: TextFault;
  /** The bottom of the cursor's line, in pixels from the top of the box; null if unknown. */
  readonly top: number | null;
}

function topIn(box: HTMLElement | null, caret: number | null): number | null {
  return box === null || caret === null ? null : Math.max(0, caret - box.getBoundingClientRect().top);
}

/** At the cursor, if its position is known: below a long text nobody would see it. */
function RefusedLine({ words, top }: { words: string; top: number | null }) {
  const at = top === null ? {} : { 'data-at-cursor': true, style: { insetBlockStart: top } };
  return (
    <p className="wm-editor-limit" {...at}>
      {words}
    </p>
  );
}

/** A text that is being written: the editor once it has loaded, before that the text as rendered. */
export function EditorBox(props: EditorBoxProps) {
  const { attemptId, autosave, piece, prompt, labelledBy, lit, onFocus, onPasted } = props;
  const { t } = useTranslation('module');
  const announce = useAnnounce();
  const { Editor, failed, again } = useEditorCode();
  const [history, setHistory] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const [restored, setRestored] = useState<RestoredProps['restored'] | null>(null);
  const hint = useId();
  const text = plainText(piece.document);
  const limitWords = useLimitWords(text.length);

  return (
    <>
      <PieceNotices autosave={autosave} piece={piece} />
      <div ref={box} className="wm-editor" data-lit={lit}>
        {Editor ? (
          <Editor
            document={piece.document}
            loaded={piece.loaded}
            labelledBy={labelledBy}
            describedBy={hint}
            label={prompt.question}
            top={DEFAULT_TOP}
            onChange={(document) => {
              setRefused(null);
              autosave.write(prompt.key, document);
            }}
            onFocus={onFocus}
            onPasted={onPasted}
            onRefused={(fault, caret) => {
              setRefused({ fault, top: topIn(box.current, caret) });
              announce.assertive(limitWords(fault));
            }}
            onHistory={() => setHistory(true)}
          />
        ) : (
          <div className="wm-editor-still" aria-busy={!failed}>
            <Words document={piece.document} />
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
        {refused && <RefusedLine words={limitWords(refused.fault)} top={refused.top} />}
        <WordHint id={hint} prompt={prompt} text={text} />
      </div>
      {restored && (
        <Restored
          restored={restored}
          undo={() => {
            autosave.replace(prompt.key, restored.before);
            setRestored(null);
          }}
        />
      )}
      {history && (
        <HistoryDialog
          attemptId={attemptId}
          pieceKey={prompt.key}
          now={text}
          onClose={() => setHistory(false)}
          onRestore={(version) => {
            setHistory(false);
            setRestored({ when: version.savedAt, before: piece.document });
            autosave.replace(prompt.key, version.document);
          }}
        />
      )}
    </>
  );
}
