import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../contract/attempts.ts';
import type { Prompt } from '../../../../contract/content.ts';
import { plainText } from '../../../../contract/richText.ts';
import { Choices } from '../../components/choices/Choices.tsx';
import { WordDiff } from '../../components/diff/WordDiff.tsx';
import { CriterionCode } from '../../components/rubric/CriterionCode.tsx';
import { Words } from '../../components/words/Words.tsx';
import type { TextAutosave } from '../../autosave/texts/textAutosave.ts';
import { useTextPiece } from '../../autosave/texts/useAttemptTexts.ts';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { PieceNotices } from './texts/PieceNotices.tsx';
import { EarlierCycle } from './EarlierCycle.tsx';
import { EditorBox } from './editor/EditorBox.tsx';
import type { Pasted } from '../../components/editor/paste/pastedFiles.ts';
import { codesOf, openCriteria, promptAnchor } from './moduleModel.ts';

export interface PromptSectionProps {
  workspace: Workspace;
  autosave: TextAutosave;
  prompt: Prompt;
  /** The criterion that is open in the rubric. */
  open: string | null;
  onFocus: (prompt: Prompt) => void;
  onPasted: (pasted: Pasted) => void;
}

type Shown = 'write' | 'changes';

interface ChangesSwitchProps {
  since: string;
  shown: Shown;
  onShow: (shown: Shown) => void;
}

function ChangesSwitch({ since, shown, onShow }: ChangesSwitchProps) {
  const { t } = useTranslation('module');
  const format = useFormat();
  const id = useId();
  return (
    <div className="wm-segments">
      <span id={id} hidden>
        {t('reflect.show')}
      </span>
      <Choices<Shown>
        labelledBy={id}
        value={shown}
        onChange={onShow}
        choices={[
          { value: 'write', label: t('reflect.write') },
          { value: 'changes', label: t('reflect.changes', { day: format.shortDay(since) }) },
        ]}
      />
    </div>
  );
}

/** A question and its text: to write, to read, or to see what changed since it was submitted. */
export function PromptSection(props: PromptSectionProps) {
  const { workspace, autosave, prompt, open, onFocus, onPasted } = props;
  const { t } = useTranslation('module');
  const format = useFormat();
  const piece = useTextPiece(autosave, prompt.key);
  const [shown, setShown] = useState<Shown>('write');
  const question = useId();
  const before = workspace.submittedTexts.find(({ pieceKey }) => pieceKey === prompt.key);
  const writable = workspace.writable && !workspace.lockedPieces.includes(prompt.key);
  const again = workspace.round > 1 && writable && before !== undefined;
  const later = workspace.module.steps.find(({ changed }) => changed === prompt.key);
  const lit = open !== null && prompt.criteria.includes(open);
  return (
    <div id={promptAnchor(prompt.key)} className="wm-prompt" tabIndex={-1}>
      {again && (
        <div className="wm-prompt-head">
          {codesOf(
            workspace,
            prompt.criteria.filter((key) => openCriteria(workspace).includes(key)),
          ).map((code) => (
            <CriterionCode key={code} code={code} tone="here" />
          ))}
          <h2>{t('reflect.yours')}</h2>
          <ChangesSwitch since={before.at} shown={shown} onShow={setShown} />
        </div>
      )}
      <p id={question} className="wm-question" dir="auto">
        <strong>{prompt.question}</strong> {prompt.help}
      </p>
      {later?.cycle && <EarlierCycle workspace={workspace} autosave={autosave} number={later.cycle - 1} />}
      {!writable && <PieceNotices autosave={autosave} piece={piece} />}
      {!writable && (
        <div className="wm-editor" data-lit={lit} data-reads="true">
          {plainText(piece.document) === '' ? (
            <p className="wm-small">{t('reflect.empty')}</p>
          ) : (
            <Words document={piece.document} />
          )}
        </div>
      )}
      {writable && again && shown === 'changes' && (
        <div className="wm-editor" data-reads="true">
          <WordDiff before={before.text} after={plainText(piece.document)} />
        </div>
      )}
      {writable && (shown === 'write' || !again) && (
        <EditorBox
          attemptId={workspace.attemptId}
          autosave={autosave}
          piece={piece}
          prompt={prompt}
          labelledBy={question}
          lit={lit}
          onFocus={() => onFocus(prompt)}
          onPasted={onPasted}
        />
      )}
      {again && (
        <p className="wm-small">
          {piece.savedAt === null
            ? t('reflect.kept', { day: format.shortDay(before.at) })
            : t('reflect.savedKept', {
                time: format.time(piece.savedAt),
                day: format.shortDay(before.at),
              })}
        </p>
      )}
    </div>
  );
}
