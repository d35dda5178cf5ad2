import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CertificationContent, type PathwayContent } from '../../contract/content.ts';
import { readPathwayContent } from '../../contract/contentUpgrades.ts';
import { findFrameworkFaults } from '../../contract/frameworkRules.ts';
import { FrameworkContent } from '../../contract/frameworks.ts';
import { toFrameworkWords, type KnownFrameworks } from '../../contract/lint/alignments.ts';
import { NO_CAPS } from '../../contract/lint/findings.ts';
import { lintForm } from '../../contract/lint/formLinter.ts';
import { lintPathway } from '../../contract/lint/pathwayLinter.ts';
import { FormContent, itemsOf } from '../../contract/observationForms.ts';
import { conditionsOf } from '../../contract/rules.ts';

const CONTENT = join(import.meta.dirname, '../../content');
const readJson = (...path: string[]): unknown => JSON.parse(readFileSync(join(CONTENT, ...path), 'utf8'));
const listIn = (folder: string): string[] => readdirSync(join(CONTENT, folder)).sort();

const SLUGS = listIn('pathways');
const pathways = new Map(
  SLUGS.map((slug) => [slug, readPathwayContent(readJson('pathways', slug, 'pathway.json'))]),
);
const pathwayOf = (slug: string): PathwayContent => {
  const content = pathways.get(slug);
  if (!content) throw new Error(`there is no pathway ${slug}`);
  return content;
};
const frameworks = listIn('frameworks').map((file) => FrameworkContent.parse(readJson('frameworks', file)));
/** The frameworks as a new institution has them. */
const SHIPPED: KnownFrameworks = {
  complete: true,
  byKey: new Map(
    frameworks.map((one) => [
      one.key,
      { title: one.title, newest: 1, versions: new Map([[1, toFrameworkWords(one)]]) },
    ]),
  ),
};

describe('the pathways that ship', () => {
  it('are four of five modules each', () => {
    expect(SLUGS.map((slug) => pathwayOf(slug).modules.length)).toEqual([5, 5, 5, 5]);
  });

  it.each(SLUGS)('have nothing that the lint would change: %s', (slug) => {
    expect(lintPathway(pathwayOf(slug), NO_CAPS)).toEqual([]);
  });

  it.each(SLUGS)('are set with typographic quotes and apostrophes: %s', (slug) => {
    const texts = JSON.stringify(pathwayOf(slug)).match(/\p{L}'|'\p{L}|\\"/gu);

    expect(texts).toBeNull();
  });

  it.each(SLUGS)('show one example that was approved and one that was returned: %s', (slug) => {
    const exemplars = pathwayOf(slug).modules.flatMap((module) => module.exemplars);

    expect(exemplars.map(({ outcome }) => outcome).sort()).toEqual(['approved', 'returned']);
  });

  it.each(SLUGS)('hold the files that they name, and no other: %s', (slug) => {
    const blocks = pathwayOf(slug).modules.flatMap(({ steps }) => steps.flatMap((step) => step.blocks));
    const files = blocks.filter((block) => block.type === 'file');

    expect(files.map(({ path }) => path).sort()).toEqual(listIn(join('pathways', slug, 'files')));
    for (const { path, size, sha256 } of files) {
      const bytes = readFileSync(join(CONTENT, 'pathways', slug, 'files', path));
      expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([size, sha256]);
    }
  });

  it.each(SLUGS)('are aligned, in the words of the frameworks that ship: %s', (slug) => {
    const { framework, modules } = pathwayOf(slug);
    const alignments = modules.flatMap(({ criteria }) => criteria.flatMap((one) => one.alignments));

    expect(frameworks.map(({ key }) => key)).toContain(framework?.key);
    expect(alignments.length).toBeGreaterThan(0);
    expect(lintPathway(pathwayOf(slug), NO_CAPS, SHIPPED)).toEqual([]);
  });
});

describe('the observation forms that ship', () => {
  const forms = listIn('observation-forms').map((file) => {
    const form = FormContent.parse(readJson('observation-forms', file));
    return [form.slug, file, form] as const;
  });

  it('are five, each with a key of its own', () => {
    const keys = forms.flatMap(([, , { key, sections }]) => [
      key,
      ...sections.flatMap((section) => [section.key, ...section.items.map((item) => item.key)]),
    ]);

    expect(forms).toHaveLength(5);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each(forms)('have nothing that the lint would change: %s', (slug, file, form) => {
    expect(file).toBe(`${slug}.json`);
    expect(lintForm(form, SHIPPED)).toEqual([]);
  });

  it.each(forms)('are set with typographic quotes and apostrophes: %s', (_slug, _file, form) => {
    expect(JSON.stringify(form).match(/\p{L}'|'\p{L}|\\"/gu)).toBeNull();
  });

  it('have eight look-fors for ten minutes, and five indicators with four levels', () => {
    const counted = forms.map(([slug, , form]) => [
      slug,
      [itemsOf(form, 'look_for').length, itemsOf(form, 'indicator').length * form.levels.length],
    ]);

    expect(counted).toContainEqual(['ten-minute-walkthrough', [8, 0]]);
    expect(counted).toContainEqual(['technology-use-cycle', [0, 5 * 4]]);
  });
});

describe('the frameworks that ship', () => {
  it('have no fault, a licence and a source', () => {
    expect(frameworks.map((framework) => findFrameworkFaults(framework, null))).toEqual(
      frameworks.map(() => []),
    );
    expect(frameworks.every(({ licence, source }) => licence !== '' && source !== '')).toBe(true);
  });
});

describe('the certification that ships', () => {
  it('asks for badges of the pathways that ship', () => {
    const [file = ''] = listIn('certifications');
    const { earnedBy } = CertificationContent.parse(readJson('certifications', file));
    const badges = SLUGS.map((slug) => pathwayOf(slug).badge?.key);

    const asked = conditionsOf(earnedBy).map((one) => (one.type === 'awarded' ? one.achievement : null));

    expect(asked.sort()).toEqual(badges.sort());
  });
});
