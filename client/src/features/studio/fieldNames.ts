import type { Words } from '../../i18n/namespaces.ts';

/** Fields that have a word. */
export type FieldName = keyof Words['studio']['fields'];

const NAMES: readonly FieldName[] = [
  'title',
  'vision',
  'licence',
  'source',
  'framework',
  'strand',
  'completes',
  'label',
  'kind',
  'reviewedBy',
  'summary',
  'achievement',
  'badge',
  'badgeLevel',
  'opens',
  'needs',
  'lowTech',
  'cycles',
  'visitRecord',
  'minutes',
  'content',
  'url',
  'note',
  'alternative',
  'question',
  'help',
  'from',
  'to',
  'kinds',
  'criteria',
  'kindsNeeded',
  'alignments',
  'code',
  'descriptor',
  'name',
  'text',
  'attribution',
  'scale',
  'modules',
  'steps',
  'blocks',
];

/** Whether the member of a part has a word of its own. */
export function isFieldName(name: string): name is FieldName {
  return NAMES.some((one) => one === name);
}
