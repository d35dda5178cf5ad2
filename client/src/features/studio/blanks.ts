import DEFAULT_SCALE from '../../../../contract/defaultScale.json' with { type: 'json' };
import { EMPTY_DOCUMENT } from '../../../../contract/richText.ts';
import { ALWAYS } from '../../../../contract/rules.ts';
import type { Block, Scale, StepKind } from '../../../../contract/content.ts';
import { fitLevels } from '../../../../contract/studioParts.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import type { CriterionPart, ExemplarPart } from './changes.ts';

/** What a designer adds, before anything is written in it. Keys are given by the caller. */

export type StepPart = ModulePart['steps'][number];

/** The steps that a module begins with. */
const FIRST_STEPS: readonly { kind: StepKind; minutes: number }[] = [
  { kind: 'learn', minutes: 15 },
  { kind: 'try', minutes: 30 },
  { kind: 'reflect', minutes: 15 },
  { kind: 'hand_in', minutes: 5 },
];

export interface NewModule {
  key: string;
  title: string;
  /** Of the module before it; null: the usual four levels. */
  scale: Scale | null;
}

export function blankModule({ key, title, scale }: NewModule): ModulePart {
  return {
    type: 'module',
    key,
    title,
    kind: 'learn',
    label: '',
    summary: '',
    achievement: '',
    badgeLevel: 1,
    opens: ALWAYS,
    needs: [],
    lowTech: null,
    cycles: null,
    reviewedBy: 'reviewer',
    steps: FIRST_STEPS.map(({ kind, minutes }) => ({ key: kind, kind, title: null, minutes, blocks: [] })),
    scale: scale ?? DEFAULT_SCALE,
    criteria: [],
    exemplars: [],
  };
}

/** A step with a key that no other step of the module has. */
export function blankStep(kind: Exclude<StepKind, 'hand_in'>, taken: readonly string[]): StepPart {
  let key: string = kind;
  for (let n = 2; taken.includes(key); n += 1) key = `${kind}_${n}`;
  return { key, kind, title: null, minutes: 15, blocks: [] };
}

/** A block of a type. Files are not among them: they come with an upload or an import. */
export function blankBlock(type: Exclude<Block['type'], 'file'>, key: string): Block {
  const licence = { name: '', attribution: '' };
  switch (type) {
    case 'text':
      return { type, key, content: EMPTY_DOCUMENT };
    case 'resource':
      return { type, key, title: '', url: '', note: '', licence };
    case 'embed':
      return { type, key, title: '', url: '', alternative: '', licence };
    case 'checklist':
      return { type, key, title: '', items: [] };
    case 'prompt':
      return { type, key, question: '', help: '', words: { from: 0, to: 300 }, criteria: [] };
    case 'requirement':
      return { type, key, title: '', help: '', kinds: [], criteria: [], visitRecord: false };
  }
}

/** A criterion with the first letter that is free. @param taken  letters of the others */
export function blankCriterion(key: string, scale: Scale, taken: readonly string[]): CriterionPart {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const code = letters.find((letter) => !taken.includes(letter)) ?? 'Z';
  const criterion = { key, code, title: '', alignments: [], kindsNeeded: 1, levels: [] };
  return { type: 'criterion', criterion: { ...criterion, levels: fitLevels(criterion, scale) } };
}

export function blankExemplar(key: string): ExemplarPart {
  const exemplar = { key, title: '', outcome: 'approved', criteria: [], comment: '' } as const;
  return { type: 'exemplar', exemplar: { ...exemplar, criteria: [], content: EMPTY_DOCUMENT } };
}
