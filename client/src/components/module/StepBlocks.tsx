import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { Block, Prompt } from '../../../../contract/content.ts';
import { Words } from '../words/Words.tsx';
import { Checklist } from './Checklist.tsx';
import { Embed } from './Embed.tsx';
import { ResourceLink, StarterFile } from './Materials.tsx';
import './blocks.css';

interface StepBlocksProps {
  blocks: readonly Block[];
  /** Null: ticks in lists are not remembered. */
  ownerId: string | null;
  renderPrompt: (prompt: Prompt) => ReactNode;
  /** Takes the place of the first requirement, since it contains all of them; without any, it comes last. */
  evidence: ReactNode;
  /** What was read in the first cycle is folded. */
  isLaterCycle?: boolean;
}

/** Blocks that say the same in each cycle; the others are to be written in or ticked off. */
const isReading = ({ type }: Block): boolean => ['text', 'resource', 'embed', 'file'].includes(type);

/** What a step consists of, in the order in which its designer put it. */
export function StepBlocks(props: StepBlocksProps) {
  const { blocks, ownerId, renderPrompt, evidence, isLaterCycle = false } = props;
  const { t } = useTranslation();
  const asked = blocks.find(({ type }) => type === 'requirement');
  const render = (block: Block): ReactNode => {
    switch (block.type) {
      case 'text':
        return <Words document={block.content} />;
      case 'resource':
        return <ResourceLink block={block} />;
      case 'embed':
        return <Embed block={block} />;
      case 'file':
        return <StarterFile block={block} />;
      case 'checklist':
        return <Checklist block={block} ownerId={ownerId} />;
      case 'prompt':
        return renderPrompt(block);
      case 'requirement':
        return block === asked ? evidence : null;
    }
  };
  const renderAll = (some: readonly Block[]) =>
    some.map((block) => <Fragment key={block.key}>{render(block)}</Fragment>);
  const folded = isLaterCycle ? blocks.filter(isReading) : [];
  return (
    <>
      {folded.length > 0 && (
        <details className="wm-details wm-no-print">
          <summary>{t('cycle.again')}</summary>
          {renderAll(folded)}
        </details>
      )}
      {renderAll(blocks.filter((block) => !folded.includes(block)))}
      {asked === undefined && evidence}
    </>
  );
}
