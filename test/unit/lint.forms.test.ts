import { describe, expect, test } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';
import { SEVERITY_BY_CODE } from '../../contract/lint/findings.ts';
import { lintForm } from '../../contract/lint/formLinter.ts';
import words from '../../contract/lint/words/en.json' with { type: 'json' };
import { FormContent } from '../../contract/observationForms.ts';
import { FORM_FAULTS } from '../support/lint/formFaults.ts';
import { KNOWN } from '../support/lint/frameworkFaults.ts';
import {
  inFormSection,
  sampleForm,
  sampleIndicator,
  sampleLookFor,
  withItem,
} from '../support/sampleForm.ts';

describe('the lint of observation forms', () => {
  test('finds nothing in a form to which nothing is to be done', () => {
    const form = sampleForm();

    expect(FormContent.parse(form)).toEqual(form);
    expect(lintForm(form, KNOWN)).toEqual([]);
  });

  test.each(FORM_FAULTS)('finds %s: %s', (code, _what, form, place) => {
    const found = lintForm(form, KNOWN).filter((finding) => finding.code === code);

    expect(FormContent.safeParse(form).success).toBe(true);
    expect(found.map((finding) => finding.place)).toContainEqual(expect.objectContaining(place));
    expect(found[0]?.severity).toBe(SEVERITY_BY_CODE[code]);
  });

  test.each(FORM_FAULTS)('says in words what is wrong: %s, %s', (code, _what, form) => {
    const facts = lintForm(form, KNOWN).find((finding) => finding.code === code)?.facts;

    const text = new IntlMessageFormat(words[code], 'en').format(facts) as string;

    expect(text).toMatch(/^["“A-Z0-9].*[.?]$/);
    expect(text).not.toMatch(/[{}]|undefined/);
  });

  test.each([
    ['descriptors where nothing is rated', withItem(sampleIndicator({ levels: [] }), { levels: [] })],
    [
      'the notes of a teacher on a video of their own',
      inFormSection(2, { filledBy: 'observed' }, { setting: 'video' }),
    ],
    ['a judging word that somebody is quoted with', withItem(sampleLookFor(2, 1, { text: 'Says “good”' }))],
  ])('does not ask for a change of %s', (_what, form) => {
    expect(lintForm(form)).toEqual([]);
  });

  test('says nothing of frameworks that are not known', () => {
    const framework = { key: sampleForm().key, title: 'Elsewhere', version: 3 };

    expect(lintForm(sampleForm({ framework }))).toEqual([]);
  });
});
