import { PathwayContent } from '../../../contract/content.ts';
import { FrameworkContent } from '../../../contract/frameworks.ts';
import { SAMPLE } from '../../support/build.ts';
import { buildCore, buildOverlay, ITEM } from '../../support/frameworks.ts';
import { sampleKey } from '../../support/sampleContent.ts';
import { aRichContent } from '../../client/support/richModule.ts';

/** Begins from right to left, and has a word of 200 letters. */
export const WRITTEN = `שלום עולם, זה טקסט של מורה ${'W'.repeat(200)}`;

/** How people write in a course: as most do, or as one who leaves no space. */
export interface Wording {
  readonly id: 'usual' | 'long';
  readonly pathway: PathwayContent;
  /** A core, and an overlay that renames, adds and raises. */
  readonly frameworks: readonly FrameworkContent[];
  /** What somebody of this course writes instead. */
  say(text: string): string;
}

const FIXED = new Set([
  'key',
  'code',
  'slug',
  'type',
  'kind',
  'kinds',
  'art',
  'level',
  'meets',
  'module',
  'criteria',
  'criterion',
  'needs',
  'url',
  'path',
  'mediaType',
  'sha256',
  'outcome',
  'licence',
  'source',
  'href',
]);

/** The same content with every text of people replaced. */
function reworded<T>(value: T, name?: string): T;
function reworded(value: unknown, name = ''): unknown {
  if (typeof value === 'string') {
    if (FIXED.has(name) || !/[A-Z\s]/.test(value)) return value;
    // a module's label and a level's name are one or two short words
    return name === 'label' || name === 'name' ? WRITTEN.slice(0, 40) : WRITTEN;
  }
  if (Array.isArray(value)) return value.map((one: unknown) => reworded(one, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, reworded(one as unknown, key)]));
}

/** The sample, and in its first module whatever a module can hold. */
const RICH: PathwayContent = { ...SAMPLE, modules: [aRichContent(), ...SAMPLE.modules.slice(1)] };

/** The title of a step is as short as its place in a bar. */
function withShortSteps(content: PathwayContent): PathwayContent {
  const modules = content.modules.map((module) => ({
    ...module,
    steps: module.steps.map((step) => ({ ...step, title: step.title?.slice(0, 40) ?? null })),
  }));
  return { ...content, modules };
}

/** Other keys than those of the sample, for a pathway beside it. */
function rekeyed(content: PathwayContent): PathwayContent {
  const other = (key: string) => key.replace(/^./, (digit) => (digit === 'f' ? 'e' : 'f'));
  const text = JSON.stringify(content).replace(/"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g, (quoted) =>
    JSON.stringify(other(JSON.parse(quoted) as string)),
  );
  return PathwayContent.parse({ ...(JSON.parse(text) as object), slug: 'long-words' });
}

function frameworksIn(say: (text: string) => string, id: Wording['id']): FrameworkContent[] {
  const long = id === 'long';
  const [coreKey, overlayKey] = long ? [sampleKey(71), sampleKey(72)] : [sampleKey(73), sampleKey(74)];
  const core = buildCore({ key: coreKey, slug: `core-${id}` });
  const [first] = core.items;
  const overlay = buildOverlay(
    {
      core: { key: coreKey, title: say(core.title), version: 1 },
      renamedItems: [{ item: ITEM.stories, title: say('Stories that teach'), canDo: null }],
      raisedTargets: [{ item: ITEM.checks, target: 'lead' }],
    },
    {
      key: overlayKey,
      slug: `overlay-${id}`,
      title: say('District'),
      items: first ? [{ ...first, key: sampleKey(75), code: 'D1', title: say('Peer checks') }] : [],
    },
  );
  const said = long ? reworded(core) : core;
  return [FrameworkContent.parse({ ...said, crosswalk: core.crosswalk }), overlay];
}

export const WORDINGS: Readonly<Record<Wording['id'], Wording>> = {
  usual: {
    id: 'usual',
    pathway: RICH,
    say: (text) => text,
    frameworks: frameworksIn((text) => text, 'usual'),
  },
  long: {
    id: 'long',
    pathway: rekeyed(withShortSteps(reworded(RICH))),
    say: () => WRITTEN,
    frameworks: frameworksIn(() => WRITTEN, 'long'),
  },
};
