import { Fragment } from 'react';
import type { ReactNode } from 'react';
import type { Block, Prompt } from '../../../../contract/content.ts';
import { Words } from '../words/Words.tsx';
import { Checklist } from './Checklist.tsx';
import { Embed } from './Embed.tsx';
import { ResourceLink, StarterFile } from './Materials.tsx';
import './blocks.css';

interface StepBlocksProps {
  blocks: readonly Block[];
  ownerId: string;
  renderPrompt: (prompt: Prompt) => ReactNode;
  /** Takes the place of the first requirement, since it contains all of them; without any, it comes last. */
  evidence: ReactNode;
}

/** What a step consists of, in the order in which its designer put it. */
export function StepBlocks({ blocks, ownerId, renderPrompt, evidence }: StepBlocksProps) {
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
  return (
    <>
      {blocks.map((block) => (
        <Fragment key={block.key}>{render(block)}</Fragment>
      ))}
      {asked === undefined && evidence}
    </>
  );
}
