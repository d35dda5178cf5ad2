import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Missing, Workspace } from '../../../../contract/attempts.ts';
import { Dialog } from '../../components/dialog/Dialog.tsx';
import type { TextsState } from '../../autosave/texts/textAutosave.ts';
import { stepAnchor, useCycleWords, useStepName } from '../../components/steps/steps.ts';
import { missingNow, promptAnchor, shortPrompts } from './moduleModel.ts';
import { anchorOf, isMarked, stepsReady } from './stepsModel.ts';

interface MissingDialogProps {
  workspace: Workspace;
  pieces: TextsState['pieces'];
  go: (anchor: string) => void;
  onClose: () => void;
}

interface Row {
  readonly anchor: string;
  readonly text: string;
}

function useRows(workspace: Workspace, pieces: TextsState['pieces']): { blocks: Row[]; hints: Row[] } {
  const { t } = useTranslation('module');
  const inCycle = useCycleWords();
  const { module } = workspace;
  const nameOf = useStepName(module.steps);
  const ready = stepsReady(workspace, pieces);
  const toRow = (missing: Missing): Row => ({
    anchor: anchorOf(module, missing),
    text: t(`missing.${missing.what}`, { title: inCycle(missing.cycle, missing.title) }),
  });
  const short = shortPrompts(workspace, pieces).map(({ key, question, cycle }) => ({
    anchor: promptAnchor(key),
    text: t('missing.short', { title: inCycle(cycle, question) }),
  }));
  const unmarked = module.steps.filter((step) => isMarked(step) && !ready.has(step.key));
  return {
    blocks: missingNow(workspace, pieces).map(toRow),
    hints: [
      ...short,
      ...unmarked.map((step) => ({
        anchor: stepAnchor(step.key),
        text: t('missing.step', { title: nameOf(step) }),
      })),
    ],
  };
}

/** What is missing, each with a link to its place; hints, which block nothing, come last. */
export function MissingDialog({ workspace, pieces, go, onClose }: MissingDialogProps) {
  const { t } = useTranslation('module');
  const { blocks, hints } = useRows(workspace, pieces);
  const rows = [...blocks, ...hints];
  const goThere = (anchor: string) => {
    onClose();
    // after the dialog has returned the focus
    setTimeout(() => go(anchor), 0);
  };
  return (
    <Dialog opened onClose={onClose} title={t('missing.title')}>
      {blocks.length === 0 && <p>{t('missing.nothing')}</p>}
      {rows.length > 0 && (
        <ul className="wm-rows">
          {rows.map(({ anchor, text }) => (
            <li key={`${anchor} ${text}`} className="wm-missing">
              <span>{text}</span>
              <Button size="sm" variant="default" onClick={() => goThere(anchor)}>
                {t('missing.go')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
