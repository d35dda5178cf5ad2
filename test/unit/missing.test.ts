import { describe, expect, it } from '@jest/globals';
import { promptsOf, requirementsOf } from '../../contract/cycles.ts';
import { findMissing } from '../../server/features/attempts/missing.service.ts';
import type { HandedIn } from '../../server/features/submissions/evidenceKinds.service.ts';
import { FIRST_MODULE } from '../support/work.ts';

const { unrolled: module, prompt, A, B } = FIRST_MODULE;
const [asked] = requirementsOf(module);

/** The first module, of which each criterion asks for so many kinds of evidence. */
const asking = (kindsNeeded: number) => ({
  ...module,
  criteria: module.criteria.map((criterion) => ({ ...criterion, kindsNeeded })),
});
const WRITTEN = new Map(promptsOf(module).map(({ key }) => [key, 'Eleven students.']));

const piece = (kind: HandedIn['kind'], more: Partial<HandedIn> = {}): HandedIn => ({
  kind,
  criteria: [A, B],
  requirementKey: null,
  state: 'ready',
  name: 'The check',
  ...more,
});
const LINK = piece('link');

/** Criteria that have too few kinds of evidence. */
function tooFew(
  kindsNeeded: number,
  handedIn: HandedIn[],
  more: Partial<Parameters<typeof findMissing>[0]> = {},
) {
  const check = { module: asking(kindsNeeded), round: 1, openCriteria: null, texts: WRITTEN, handedIn };
  return findMissing({ ...check, ...more })
    .filter(({ what }) => what === 'kinds')
    .map(({ key }) => key);
}

describe('a criterion that asks for two kinds of evidence', () => {
  it.each<[string, HandedIn[], string[]]>([
    ['nothing', [], [A, B]],
    ['a link', [LINK], []],
    ['two links', [LINK, LINK], []],
    ['a link that names the other criterion', [piece('link', { criteria: [A] })], [B]],
    ['a file that is still being checked', [piece('document', { state: 'checking' })], [A, B]],
    ['a file that was refused', [piece('document', { state: 'refused' })], [A, B]],
  ])('is content with the reflection and %s where it says so', (_what, handedIn, expected) => {
    const reflected = promptsOf(module).flatMap(({ criteria }) => criteria);

    expect(reflected).toEqual(expect.arrayContaining([A, B]));
    expect(tooFew(2, handedIn)).toEqual(expected);
  });

  it.each<[string, HandedIn[], string[]]>([
    ['two links', [LINK, LINK], [A, B]],
    ['a link and an image', [LINK, piece('image')], []],
  ])('counts without a reflection the different kinds among %s', (_what, handedIn, expected) => {
    expect(tooFew(2, handedIn, { texts: new Map() })).toEqual(expected);
  });

  it('is not asked again once it is settled', () => {
    const openCriteria = [B];

    expect(tooFew(2, [], { round: 2, openCriteria })).toEqual([B]);
  });

  it('is named by its title, before files that are not ready', () => {
    const checking = piece('document', { state: 'checking', requirementKey: asked?.key ?? null });
    const title = module.criteria[0]?.title ?? '';

    const missing = findMissing({
      module: asking(3),
      round: 1,
      openCriteria: [A],
      texts: WRITTEN,
      handedIn: [LINK, checking],
    });

    expect(missing).toEqual([
      { what: 'kinds', key: A, title, cycle: null },
      { what: 'artifact_not_ready', key: 'The check', title: 'The check', cycle: null },
    ]);
  });
});

it('a criterion that asks for one kind is not counted: its prompts and requirements say what it needs', () => {
  const missing = findMissing({
    module,
    round: 1,
    openCriteria: null,
    texts: new Map([[prompt.key, ' ']]),
    handedIn: [],
  });

  expect(missing.map(({ what }) => what)).toEqual([
    ...promptsOf(module).map(() => 'reflection'),
    ...requirementsOf(module).map(() => 'artifact'),
  ]);
});
