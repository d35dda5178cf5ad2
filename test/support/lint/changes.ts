import type {
  Block,
  Criterion,
  Exemplar,
  ModuleContent,
  PathwayContent,
  Step,
} from '../../../contract/content.ts';
import type { FindingCode, FindingPlace } from '../../../contract/lint/findings.ts';
import type { RichDocument } from '../../../contract/richText.ts';
import type { Rule } from '../../../contract/rules.ts';
import { sampleKey, sampleModule, samplePathway } from '../sampleContent.ts';

/** Ways to put one fault into the sample pathway, for tests of the lint. */
export type Place = Partial<FindingPlace>;
/** A code, what is wrong, content with this one fault, and where it is found. */
export type Fault = readonly [FindingCode, string, PathwayContent, Place];

/** The key of nothing in the sample. */
export const ELSEWHERE = sampleKey(99);
export const approved = (module: number): Rule => ({ type: 'approved', module: sampleKey(module) });

/** The sample with its second module changed. */
export function inModule(changes: Partial<ModuleContent>): PathwayContent {
  return samplePathway(3, { modules: [sampleModule(1), sampleModule(2, changes), sampleModule(3)] });
}
export const MODULE = { module: sampleKey(2) };

/** The sample with one block of its second module changed. */
export function inBlock<T extends Block['type']>(
  type: T,
  changes: Partial<Extract<Block, { type: T }>>,
): PathwayContent {
  const steps = sampleModule(2).steps.map((step) => ({
    ...step,
    blocks: step.blocks.map((block) => (block.type === type ? { ...block, ...changes } : block)),
  }));
  return inModule({ steps });
}
export const at = (part: number, field: string | null = null, step = 'learn'): Place => ({
  ...MODULE,
  step,
  block: sampleKey(2, part),
  field,
});

export function inCriterion(changes: Partial<Criterion>, number = 0): PathwayContent {
  const criteria = sampleModule(2).criteria.map((one, index) =>
    index === number ? { ...one, ...changes } : one,
  );
  return inModule({ criteria });
}
export const criterion = (number: number, field: string | null = null): Place => ({
  ...MODULE,
  criterion: sampleKey(2, 100 + number),
  field,
});

export const EXEMPLAR = { ...MODULE, exemplar: sampleKey(2, 9) };
export function inExemplar(changes: Partial<Exemplar>): PathwayContent {
  return inModule({ exemplars: sampleModule(2).exemplars.map((one) => ({ ...one, ...changes })) });
}
export const judged = (...levels: readonly string[]): Exemplar['criteria'] =>
  levels.map((level, index) => ({ criterion: sampleKey(2, 100 + index), level, comment: '' }));

export const text = (words: string, href?: string) => ({
  type: 'text' as const,
  text: words,
  ...(href === undefined ? {} : { marks: [{ type: 'link' as const, attrs: { href } }] }),
});
export const doc = (...content: RichDocument['content']): RichDocument => ({ type: 'doc', content });
export const paragraph = (...content: ReturnType<typeof text>[]) => ({ type: 'paragraph' as const, content });
export const heading = (level: 2 | 3, words: string) => ({
  type: 'heading' as const,
  attrs: { level },
  ...(words === '' ? {} : { content: [text(words)] }),
});
export const inText = (...content: RichDocument['content']): PathwayContent =>
  inBlock('text', { content: doc(...content) });
export const linked = (words: string, href = 'https://example.org/a'): PathwayContent =>
  inText(paragraph(text('Look at '), text(words, href)));

export function withLinkOnly(words: string): PathwayContent {
  return inText(paragraph(text('Words.')), paragraph(text(words, 'https://example.org/a')));
}

export const LICENCE = { name: 'CC BY 4.0', attribution: 'Somebody' };
export const file = (changes: Partial<Extract<Block, { type: 'file' }>>): PathwayContent => {
  const block: Block = {
    type: 'file',
    key: sampleKey(2, 4),
    title: 'A plan',
    path: 'plan.md',
    mediaType: 'text/markdown',
    size: 1,
    sha256: '0'.repeat(64),
    licence: LICENCE,
    ...changes,
  };
  return withBlocks((blocks) => [...blocks, block]);
};
export function withBlocks(change: (blocks: Block[]) => Block[], step = 0): PathwayContent {
  const steps: Step[] = sampleModule(2).steps.map((one, index) =>
    index === step ? { ...one, blocks: change(one.blocks) } : one,
  );
  return inModule({ steps });
}
export const minutes = (each: number): Step[] =>
  sampleModule(2).steps.map((step) => ({ ...step, minutes: each }));
