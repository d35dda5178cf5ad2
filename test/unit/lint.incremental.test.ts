import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ModuleContent, PathwayContent } from '../../contract/content.ts';
import { lintPathway, PathwayLinter } from '../../contract/lint/pathwayLinter.ts';
import { documentOf } from '../../contract/richText.ts';
import type { Rule } from '../../contract/rules.ts';
import { ALIGNMENTS, FRAMEWORKS, KNOWN } from '../support/lint/frameworkFaults.ts';
import { sampleKey, sampleModule, samplePathway } from '../support/sampleContent.ts';

const SETTINGS = { moduleMinutesMax: 60, pathwayMinutesMax: 240, evaluativeShareMax: 60 };

/** A change of a draft, as a designer makes one: everything else stays the same object. */
type Edit = (content: PathwayContent) => PathwayContent;

const inModule =
  (at: number, change: (module: ModuleContent) => ModuleContent): Edit =>
  (content) => ({
    ...content,
    modules: content.modules.map((module, index) =>
      index === at % content.modules.length ? change(module) : module,
    ),
  });

const withText = (words: string): Partial<ModuleContent> => ({ lowTech: documentOf(words) });
const anyApproval: fc.Arbitrary<Rule> = fc
  .integer({ min: 1, max: 7 })
  .map((module) => ({ type: 'approved', module: sampleKey(module) }));

const anyModuleEdit: fc.Arbitrary<Edit> = fc
  .tuple(
    fc.nat(9),
    fc.oneof(
      fc.constantFrom('', 'A title', ' ').map((title): Partial<ModuleContent> => ({ title })),
      fc.constantFrom('Draw it.', '').map(withText),
      anyApproval.map((opens): Partial<ModuleContent> => ({ opens })),
      fc.constant<Partial<ModuleContent>>({ criteria: [], exemplars: [] }),
      fc.constant<Partial<ModuleContent>>({ criteria: sampleModule(1).criteria }),
      fc.subarray([...ALIGNMENTS]).map((alignments): Partial<ModuleContent> => ({
        criteria: sampleModule(1).criteria.map((criterion) => ({ ...criterion, alignments })),
      })),
      fc.nat(60).map((minutes): Partial<ModuleContent> => ({
        steps: sampleModule(1).steps.map((step) => ({ ...step, minutes })),
      })),
      fc.constantFrom('reviewer', 'peer').map((reviewedBy): Partial<ModuleContent> => ({ reviewedBy })),
    ),
  )
  .map(([at, changes]) => inModule(at, (module) => ({ ...module, ...changes })));

const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: anyModuleEdit },
  fc
    .integer({ min: 1, max: 7 })
    .map((n): Edit => (content) => ({ ...content, modules: [...content.modules, sampleModule(n)] })),
  fc.nat(9).map((at): Edit => (content) => ({
    ...content,
    modules: content.modules.filter((_, index) => content.modules.length === 1 || index !== at),
  })),
  fc.constant<Edit>((content) => ({ ...content, modules: content.modules.toReversed() })),
  anyApproval.map((completes): Edit => (content) => ({ ...content, completes })),
  fc.constant<Edit>((content) => ({ ...content, badge: null })),
  fc.constant<Edit>((content) => ({
    ...content,
    tracks: [...content.tracks, { key: sampleKey(50), title: '', summary: '' }],
  })),
  fc.constantFrom(...FRAMEWORKS).map((framework): Edit => (content) => ({ ...content, framework })),
);

test('linting while editing finds what linting from scratch finds, after any edits', () => {
  fc.assert(
    fc.property(fc.array(anyEdit, { minLength: 1, maxLength: 12 }), (edits) => {
      const linter = new PathwayLinter(SETTINGS, KNOWN);
      let content = samplePathway(4);
      linter.lint(content);

      for (const edit of edits) {
        content = edit(content);

        expect(linter.lint(content)).toEqual(lintPathway(content, SETTINGS, KNOWN));
      }
    }),
  );
});

test('undoing an edit finds what was found before', () => {
  fc.assert(
    fc.property(anyEdit, (edit) => {
      const linter = new PathwayLinter(SETTINGS, KNOWN);
      const before = samplePathway(4);
      const found = linter.lint(before);

      linter.lint(edit(before));

      expect(linter.lint(before)).toEqual(found);
    }),
  );
});
