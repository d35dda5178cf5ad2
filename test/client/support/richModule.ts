import { ModuleContent } from '../../../contract/content.ts';
import type { Block } from '../../../contract/content.ts';
import { unrollModule } from '../../../contract/cycles.ts';
import type { UnrolledModule } from '../../../contract/cycles.ts';
import { documentOf } from '../../../contract/richText.ts';
import { idOf, moduleAt } from './teacherWork.ts';

const licence = { name: 'CC BY 4.0', attribution: 'Teachers of the district' };
const text = (n: number, words: string): Block => ({
  type: 'text',
  key: idOf(n),
  content: documentOf(words),
});

export const resource: Extract<Block, { type: 'resource' }> = {
  type: 'resource',
  key: idOf(301),
  title: 'Twelve exit questions',
  url: 'https://example.org/questions',
  note: 'Read the first page only.',
  licence,
};
export const embed: Extract<Block, { type: 'embed' }> = {
  type: 'embed',
  key: idOf(302),
  title: 'A lesson that ends with a check',
  url: 'https://video.example.org/watch',
  alternative: 'A teacher reads out one question; students write on small boards.',
  licence: { name: '', attribution: '' },
};
export const starterFile: Extract<Block, { type: 'file' }> = {
  type: 'file',
  key: idOf(303),
  title: 'Lesson plan to fill in',
  path: 'plan.docx',
  mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  size: 48_000,
  sha256: 'c'.repeat(64),
  licence,
};
export const checklist: Extract<Block, { type: 'checklist' }> = {
  type: 'checklist',
  key: idOf(304),
  title: 'Before the lesson',
  items: [
    { key: idOf(310), text: 'The question is on one slide' },
    { key: idOf(311), text: 'Everybody has something to write on' },
  ],
};

/** A module of five steps with every kind of block, needs, and two examples; its questions and criteria are the sample's. */
export function aRichContent(): ModuleContent {
  const base = moduleAt(0);
  const { criteria, scale } = base;
  const blocksOf = (key: string) => base.steps.find((one) => one.key === key)?.blocks ?? [];
  const step = (key: string, kind: ModuleContent['steps'][number]['kind'], blocks: Block[]) => ({
    key,
    kind,
    title: null,
    minutes: 10,
    blocks,
  });
  const exemplar = (n: number, outcome: 'approved' | 'returned') => ({
    key: idOf(n),
    title: outcome === 'approved' ? 'Four questions on fractions' : 'A quiz of twenty',
    outcome,
    content: documentOf(`The work that would be ${outcome}.`),
    criteria: criteria.map(({ key }) => ({
      criterion: key,
      level: outcome === 'approved' ? scale.meets : (scale.levels[0]?.key ?? ''),
      comment: `Why it would be ${outcome}.`,
    })),
    comment: 'Look at the second question.',
  });
  return ModuleContent.parse({
    ...base,
    cycles: null,
    needs: ['camera', 'device_each'],
    lowTech: documentOf('Use paper, and take turns at one device.'),
    steps: [
      step('learn', 'learn', [text(320, 'What a check is.'), ...blocksOf('learn'), resource, embed]),
      { ...step('prepare', 'plan', [checklist, starterFile]), title: 'Get ready' },
      step('try', 'try', blocksOf('try')),
      step('reflect', 'reflect', [text(322, 'Think back.'), ...blocksOf('reflect')]),
      step('hand_in', 'hand_in', [text(323, 'What to add.'), ...blocksOf('hand_in')]),
    ],
    exemplars: [exemplar(330, 'approved'), exemplar(331, 'returned')],
  });
}

/** The same as people go through it. */
export const aRichModule = (over: Partial<UnrolledModule> = {}): UnrolledModule => ({
  ...unrollModule(aRichContent()),
  ...over,
});
