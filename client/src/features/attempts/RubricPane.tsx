import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../contract/attempts.ts';
import type { LevelKey } from '../../../../contract/content.ts';
import { StateChip } from '../../components/chip/StateChip.tsx';
import { Rubric } from '../../components/rubric/Rubric.tsx';
import { PlainWords } from '../../components/words/Words.tsx';
import { marksOf, openCriteria } from './moduleModel.ts';

export interface RubricPaneProps {
  workspace: Workspace;
  open: string | null;
  onOpen: (criterionKey: string | null) => void;
  /** Criteria that the current text speaks to. */
  highlighted: readonly string[];
  onChoose?: ((criterionKey: string, level: LevelKey) => void) | undefined;
}

/** The rubric beside the work; after a return it contains the feedback, with what is to be revised first. */
export function RubricPane({ workspace, open, onOpen, highlighted, onChoose }: RubricPaneProps) {
  const { t } = useTranslation('module');
  const { feedback, former, module, state } = workspace;
  const returned = state === 'returned' && !former;
  const reopened = returned ? openCriteria(workspace) : [];
  const criteria = [...module.criteria].sort(
    (a, b) => Number(reopened.includes(b.key)) - Number(reopened.includes(a.key)),
  );
  const trailing: Record<string, ReactNode> = Object.fromEntries(
    reopened.map((key) => [key, <StateChip key={key} state="returned" />]),
  );
  return (
    <Rubric
      scale={module.scale}
      criteria={criteria}
      marks={marksOf(workspace)}
      open={open}
      onOpen={onOpen}
      highlighted={highlighted}
      trailing={trailing}
      title={feedback ? t('returned.rubric') : undefined}
      note={feedback ? undefined : t('rubric.same', { ns: 'common' })}
      below={(criterion) => {
        const comment = feedback?.criteria.find(
          ({ criterionKey }) => criterionKey === criterion.key,
        )?.comment;
        return comment ? (
          <div className="wm-card wm-comment">
            <PlainWords size="small" quoted>
              {comment}
            </PlainWords>
          </div>
        ) : null;
      }}
      {...(onChoose ? { onChoose } : {})}
    />
  );
}
