import { useTranslation } from 'react-i18next';
import type { Block } from '../../../../contract/content.ts';

/** What a block is called in lists: its type, with its title if it has one. */
export function useBlockName(): (block: Block) => string {
  const { t } = useTranslation('studio');
  return (block) => {
    const type = t(`block.${block.type}`);
    const name = block.type === 'prompt' ? block.question : 'title' in block ? block.title : '';
    return name ? t('block.named', { type, name }) : type;
  };
}
