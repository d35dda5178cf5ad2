import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../contract/attempts.ts';
import { promptsOf } from '../../../../contract/cycles.ts';
import { countWords, plainText } from '../../../../contract/richText.ts';
import type { TextAutosave } from '../../autosave/texts/textAutosave.ts';
import { useTextsState } from '../../autosave/texts/useAttemptTexts.ts';
import { Words } from '../../components/words/Words.tsx';

interface EarlierCycleProps {
  workspace: Workspace;
  autosave: TextAutosave;
  /** Number of the cycle, from 1. */
  number: number;
}

/** Longer texts are folded: what is to be written next must not be pages away. */
const SHOWN_WORDS = 300;

/** What was planned and refined in a cycle, to read beside what was changed since. Nothing if that was not written about. */
export function EarlierCycle({ workspace, autosave, number }: EarlierCycleProps) {
  const { t } = useTranslation('module');
  const { pieces } = useTextsState(autosave);
  const steps = workspace.module.steps.filter(
    ({ cycle, kind }) => cycle === number && (kind === 'plan' || kind === 'refine'),
  );
  const written = promptsOf({ steps }).flatMap(({ key, question }) => {
    const document = pieces.get(key)?.document;
    return document && plainText(document).trim() !== '' ? [{ key, question, document }] : [];
  });
  const words = written.reduce((sum, { document }) => sum + countWords(plainText(document)), 0);
  const [isOpen] = useState(words <= SHOWN_WORDS);
  if (written.length === 0) return null;
  return (
    <details className="wm-details wm-earlier-cycle wm-no-print" open={isOpen}>
      <summary>{t('earlierCycle', { number })}</summary>
      {written.map(({ key, question, document }) => (
        <div key={key}>
          <p className="wm-small" dir="auto">
            <strong>{question}</strong>
          </p>
          <Words document={document} size="small" />
        </div>
      ))}
    </details>
  );
}
