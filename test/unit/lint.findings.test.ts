import { describe, expect, test } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';
import { PathwayContent, type Block } from '../../contract/content.ts';
import { FINDING_CODES, NO_CAPS, SEVERITY_BY_CODE, type FindingPlace } from '../../contract/lint/findings.ts';
import { lintPathway } from '../../contract/lint/pathwayLinter.ts';
import words from '../../contract/lint/words/en.json' with { type: 'json' };
import {
  inCriterion,
  inModule,
  text,
  doc,
  paragraph,
  heading,
  inText,
  linked,
  withBlocks,
  approved,
} from '../support/lint/changes.ts';
import { ADDRESSES, RULES, TEXTS } from '../support/lint/contentFaults.ts';
import { FORM_FAULTS } from '../support/lint/formFaults.ts';
import { ALIGNED, ALIGNMENTS, KNOWN } from '../support/lint/frameworkFaults.ts';
import { practiceCycle, PRACTICE } from '../support/lint/practiceFaults.ts';
import { EFFORT, RUBRIC } from '../support/lint/rubricFaults.ts';
import { sampleKey, samplePathway } from '../support/sampleContent.ts';

const CAPS = { moduleMinutesMax: 60, pathwayMinutesMax: 180, evaluativeShareMax: null };
const FAULTS = [...RULES, ...TEXTS, ...ADDRESSES, ...RUBRIC, ...EFFORT, ...PRACTICE, ...ALIGNED];

const NOWHERE: FindingPlace = {
  module: null,
  step: null,
  block: null,
  section: null,
  item: null,
  criterion: null,
  level: null,
  exemplar: null,
  track: null,
  field: null,
};

describe('the lint', () => {
  test('finds nothing in content to which nothing is to be done', () => {
    const content = samplePathway(4);

    expect(PathwayContent.parse(content)).toEqual(content);
    expect(lintPathway(content, CAPS)).toEqual([]);
  });

  test('finds nothing in a practice cycle that is gone through twice and records its visits', () => {
    const content = practiceCycle();

    expect(PathwayContent.parse(content)).toEqual(content);
    expect(lintPathway(content, NO_CAPS)).toEqual([]);
  });

  test.each(FAULTS)('finds %s: %s', (code, _what, content, place) => {
    const found = lintPathway(content, CAPS, KNOWN);

    const { severity } = found.find((finding) => finding.code === code) ?? {};
    expect(found.filter((finding) => finding.code === code).map((finding) => finding.place)).toContainEqual({
      ...NOWHERE,
      ...place,
    });
    expect(severity).toBe(SEVERITY_BY_CODE[code]);
  });

  test('is tested with an example of everything that it finds', () => {
    const shown = new Set<string>([...FAULTS, ...FORM_FAULTS].map(([code]) => code)).add('evaluative_share');

    expect(FINDING_CODES.filter((code) => !shown.has(code))).toEqual([]);
  });

  test.each(ALIGNED)('does not find %s where frameworks are not known: %s', (code, _what, content) => {
    expect(lintPathway(content, CAPS).map((finding) => finding.code)).not.toContain(code);
  });

  test('finds nothing in alignments with the words of the newest version', () => {
    const [alignment] = ALIGNMENTS.filter(({ title }) => title === 'Plan');
    const content = inCriterion({ alignments: alignment ? [alignment] : [] });

    expect(content.modules[1]?.criteria[0]?.alignments).toHaveLength(1);
    expect(lintPathway(content, CAPS, KNOWN)).toEqual([]);
  });

  test('counts the renamed items of a criterion in one finding', () => {
    const [checks] = ALIGNMENTS;
    const alignments = checks ? [1, 2, 3].map((n) => ({ ...checks, title: `Checks ${n}` })) : [];

    const found = lintPathway(inCriterion({ alignments }), CAPS, KNOWN);

    expect(found.map(({ code, facts }) => [code, facts['others']])).toEqual([['alignment_words', 2]]);
  });

  test('allows any number of minutes where the institution has no cap', () => {
    expect(lintPathway(samplePathway(40), NO_CAPS)).toEqual([]);
  });

  test.each([
    [1, 4, 74, [75]],
    [1, 4, 75, []],
    [2, 3, 33, [34]],
    [3, 3, 0, []],
    [0, 4, null, []],
  ])(
    'measures the share that reviewers judge where %i of %i modules are for colleagues, against a cap of %p percent',
    (peers, of, evaluativeShareMax, expected) => {
      const content = samplePathway(of, { badge: null });
      const modules = content.modules.map((module, at) => ({
        ...module,
        reviewedBy: at < peers ? ('peer' as const) : module.reviewedBy,
      }));

      const found = lintPathway({ ...content, modules }, { ...CAPS, evaluativeShareMax });

      expect(found.map(({ code, facts }) => [code, facts['share']])).toEqual(
        expected.map((share) => ['evaluative_share', share]),
      );
    },
  );

  test.each([
    ['says where it leads', linked('Ten checks that take a minute')],
    [
      'is partly bold',
      inText(
        paragraph(text('Read ', 'https://example.org/a'), text('about checks', 'https://example.org/a')),
      ),
    ],
    ['is a mail address', linked('team@example.org', 'mailto:team@example.org')],
  ])('accepts a link that %s', (_what, content) => {
    expect(lintPathway(content, CAPS)).toEqual([]);
  });

  test('lets the headings of a step go on from one of its texts to the next', () => {
    const next: Block = {
      type: 'text',
      key: sampleKey(2, 4),
      content: doc(heading(3, 'A detail'), paragraph(text('Words.'))),
    };

    expect(
      lintPathway(
        withBlocks((blocks) => [...blocks, next]),
        CAPS,
      ),
    ).toEqual([]);
  });

  test('names a ring of modules once, in the order in which they wait', () => {
    const found = lintPathway(inModule({ opens: approved(3) }), CAPS);

    expect(found.map(({ code, facts }) => [code, facts['names']])).toEqual([
      ['cycle', 'Module 2 → Module 3 → Module 2'],
      ['unreachable_completion', undefined],
    ]);
  });

  test('does not say again that a module is out of reach where its own rule names nothing', () => {
    const found = lintPathway(inModule({ opens: approved(99) }), CAPS);

    expect(found.map(({ code }) => code)).toEqual([
      'dead_prerequisite',
      'unreachable_module',
      'unreachable_completion',
    ]);
    expect(found[1]?.place.module).toBe(sampleKey(3));
  });
});

describe('the words of the lint', () => {
  test('are there for every finding, and for nothing else', () => {
    expect(Object.keys(words)).toEqual([...FINDING_CODES]);
  });

  test.each(FAULTS)('can be made from the facts of %s: %s', (code, _what, content) => {
    const facts = lintPathway(content, CAPS, KNOWN).find((finding) => finding.code === code)?.facts;

    const text = new IntlMessageFormat(words[code], 'en').format(facts) as string;

    expect(text).toMatch(/^["“A-Z].*[.?]$/);
    expect(text).not.toMatch(/[{}]|undefined/);
  });
});
