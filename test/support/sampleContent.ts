import type {
  Block,
  Criterion,
  Cycles,
  Exemplar,
  ModuleContent,
  PathwayContent,
  Scale,
  Step,
} from '../../contract/content.ts';
import { documentOf, type RichDocument } from '../../contract/richText.ts';
import { ALWAYS } from '../../contract/rules.ts';

/** A key by its numbers: the same on every run, and different for other numbers. */
export const sampleKey = (module: number, part = 0): string =>
  `10000000-0000-4000-8000-${String(module).padStart(6, '0')}${String(part).padStart(6, '0')}`;

const SAMPLE_SCALE: Scale = {
  levels: ['emerging', 'meets', 'extends'].map((key) => ({ key, name: key.toUpperCase() })),
  meets: 'meets',
};

const LICENCE = { name: 'CC BY 4.0', attribution: 'Written for this test' };

/** A document with a heading, a paragraph and a link. */
function sampleText(words: string): RichDocument {
  const link = [{ type: 'link' as const, attrs: { href: 'https://example.org/checks' } }];
  return {
    type: 'doc',
    content: [
      { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'What a check shows' }] },
      {
        type: 'paragraph',
        content: [
          { type: 'text', text: `${words} ` },
          { type: 'text', text: 'Ten checks that take a minute', marks: link },
        ],
      },
    ],
  };
}

const criterionOf = (module: number, at: number): Criterion => ({
  key: sampleKey(module, 100 + at),
  code: String.fromCharCode(65 + at),
  title: `Criterion ${at + 1}`,
  alignments: [],
  kindsNeeded: 1,
  levels: SAMPLE_SCALE.levels.map(({ key }, level) => ({
    key: sampleKey(module, 200 + 10 * at + level),
    level: key,
    descriptor: `What work at level ${key} looks like`,
  })),
});

function blocksOf(module: number): { learn: Block[]; reflect: Block[]; handIn: Block[] } {
  const key = (part: number): string => sampleKey(module, part);
  const criteria = [key(100), key(101)];
  return {
    learn: [
      { type: 'text', key: key(1), content: sampleText(`Module ${module} begins.`) },
      {
        type: 'resource',
        key: key(2),
        title: 'A collection of checks',
        url: 'https://example.org/collection',
        note: '',
        licence: LICENCE,
      },
      {
        type: 'embed',
        key: key(3),
        title: 'A lesson',
        url: 'https://example.org/lesson',
        alternative: 'A teacher asks a question and reads the answers.',
        licence: LICENCE,
      },
      {
        type: 'checklist',
        key: key(5),
        title: 'Before you begin',
        items: [{ key: key(6), text: 'Choose a class' }],
      },
    ],
    reflect: [
      {
        type: 'prompt',
        key: key(7),
        question: 'What did you see?',
        help: '',
        words: { from: 100, to: 200 },
        criteria,
      },
    ],
    handIn: [
      {
        type: 'requirement',
        key: key(8),
        title: 'The answers of a class',
        help: '',
        kinds: ['image', 'document'],
        criteria,
        visitRecord: false,
      },
    ],
  };
}

const exemplarOf = (module: number): Exemplar => ({
  key: sampleKey(module, 9),
  title: 'A check in grade 4',
  outcome: 'approved',
  content: sampleText('I asked the class to show their answers.'),
  criteria: [0, 1].map((at) => ({ criterion: sampleKey(module, 100 + at), level: 'meets', comment: '' })),
  comment: 'Clear and short.',
});

/** A practice cycle that is gone through more than once. */
export function sampleCycles(count: number): Cycles {
  return {
    count,
    changed: {
      type: 'prompt',
      key: sampleKey(90),
      question: 'What did you change, and why?',
      help: '',
      words: { from: 50, to: 100 },
      criteria: [],
    },
  };
}

/** A module with every kind of part, in which the lint finds nothing. */
export function sampleModule(number: number, changes: Partial<ModuleContent> = {}): ModuleContent {
  const { learn, reflect, handIn } = blocksOf(number);
  const step = (kind: Step['kind'], blocks: Block[]): Step => ({
    key: kind,
    kind,
    title: null,
    minutes: 15,
    blocks,
  });
  return {
    key: sampleKey(number),
    title: `Module ${number}`,
    kind: 'learn',
    label: 'Explore',
    summary: 'What it is about.',
    achievement: `Does what module ${number} says`,
    badgeLevel: 1,
    opens: number === 1 ? ALWAYS : { type: 'approved', module: sampleKey(number - 1) },
    needs: ['camera'],
    lowTech: documentOf('Draw it on paper.'),
    cycles: null,
    reviewedBy: 'reviewer',
    steps: [step('learn', learn), step('reflect', reflect), step('hand_in', handIn)],
    scale: SAMPLE_SCALE,
    criteria: [criterionOf(number, 0), criterionOf(number, 1)],
    exemplars: [exemplarOf(number)],
    ...changes,
  };
}

/** A pathway of such modules, one after the other, in which the lint finds nothing. */
export function samplePathway(modules = 3, changes: Partial<PathwayContent> = {}): PathwayContent {
  const all = Array.from({ length: modules }, (_, at) => sampleModule(at + 1));
  return {
    schemaVersion: 3,
    key: sampleKey(0),
    slug: 'sample-pathway',
    title: 'Checks for understanding',
    framework: null,
    strand: { key: 'assessment', title: 'Assessment technology', art: 'tick' },
    vision: 'A check changes the next lesson.',
    licence: 'CC BY 4.0',
    source: 'Written for this test',
    modules: all,
    tracks: [],
    completes: { type: 'all', of: all.map(({ key }) => ({ type: 'approved', module: key })) },
    badge: { key: sampleKey(0, 1), achievement: 'Checks for understanding', level: 2 },
    ...changes,
  };
}
