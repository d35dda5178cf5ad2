import { describe, expect, it } from '@jest/globals';
import { model, Schema } from 'mongoose';
import { levelField, maybeLevelField, stepField, strandField } from '../../server/contentFields.ts';

const Stored = model(
  'StoredContentFields',
  new Schema({ level: levelField, chosen: maybeLevelField, step: stepField, strand: strandField }),
);
const STRAND = { key: 'assessment', title: 'Assessment technology', art: 'tick' };

/** The fields that MongoDB would not be given. */
const faultsOf = (fields: object): string[] =>
  Object.keys(new Stored({ strand: STRAND, ...fields }).validateSync()?.errors ?? {});

describe('a stored level, step or strand', () => {
  it.each([
    ['a level of any scale', { level: 'not-yet', chosen: 'level_3' }],
    ['a level that nobody has chosen yet', { chosen: null }],
    ['a step with a key of its own', { step: 'second-round' }],
  ])('may be %s', (_what, fields) => {
    expect(faultsOf(fields)).toEqual([]);
  });

  it.each([
    ['a level’s name', { level: 'Not yet' }, ['level']],
    ['a level without a key', { level: '', chosen: '' }, ['level', 'chosen']],
    ['a step with a key that is too long', { step: 's'.repeat(41) }, ['step']],
    ['a strand without a title', { strand: { ...STRAND, title: undefined } }, ['strand.title']],
    ['a strand with art that nobody can draw', { strand: { ...STRAND, art: 'star' } }, ['strand.art']],
  ])('is never %s', (_what, fields, faults) => {
    expect(faultsOf(fields)).toEqual(faults);
  });
});
