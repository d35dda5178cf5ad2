import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../contract/attempts.ts';
import { useCycleWords } from '../../components/steps/steps.ts';
import { Words } from '../../components/words/Words.tsx';

/** Answers to questions that an earlier version asked, and this one does not: they stay readable. */
export function FormerTexts({ formerTexts }: Pick<Workspace, 'formerTexts'>) {
  const { t } = useTranslation('module');
  const inCycle = useCycleWords();
  if (formerTexts.length === 0) return null;
  return (
    <details className="wm-details">
      <summary>{t('version.formerTexts', { count: formerTexts.length })}</summary>
      {formerTexts.map(({ pieceKey, question, cycle, document }) => (
        <section key={pieceKey} className="wm-stack">
          <h3 className="wm-label" dir="auto">
            {inCycle(cycle, question)}
          </h3>
          <Words document={document} size="small" />
        </section>
      ))}
    </details>
  );
}
