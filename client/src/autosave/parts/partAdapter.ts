import { z } from 'zod';
import { Id } from '../../../../contract/common.ts';
import { upgradePart2 } from '../../../../contract/contentVersion2.ts';
import { nameOfFormItem } from '../../../../contract/observationForms.ts';
import type { FormItem } from '../../../../contract/observationForms.ts';
import { PartsConflict } from '../../../../contract/studio.ts';
import type { SavedPart } from '../../../../contract/studio.ts';
import { plainText } from '../../../../contract/richText.ts';
import { isSame } from '../../../../contract/studioMerge.ts';
import { Part, PartKey } from '../../../../contract/studioParts.ts';
import type { Adapter } from '../adapter.ts';
import type { PartCopies } from './partCopies.ts';
import type { PartsSender } from './partsSender.ts';

/** The kind of the entries of parts on the device. */
const PART_KIND = 'studio-part';

/** A part that the server does not have yet, as it is stored on the device, maybe by an earlier release: with what it was made of. */
const PartEntry = z.object({
  draftId: Id,
  key: PartKey,
  baseRevision: z.number().int().min(0),
  base: z.preprocess(upgradePart2, Part.nullable()),
  // as it was written: what is too long for the server is kept here all the same
  value: z.unknown().transform(upgradePart2),
  lineage: z.string(),
  builtOn: z.array(z.object({ id: z.string(), at: z.string() })).default([]),
});

const PART_TYPES = [
  'pathway',
  'module',
  'block',
  'criterion',
  'exemplar',
  'form',
  'section',
  'item',
] as const satisfies Part['type'][];

/** A part as it was written, if it is one by its type; what is too long or empty in it is for the server to refuse. */
function readWritten(value: unknown): Part | null | undefined {
  if (value === null) return null;
  const type = z.looseObject({ type: z.enum(PART_TYPES) });
  return type.safeParse(value).success ? (value as Part) : undefined;
}

function wordsOfItem(item: FormItem): string {
  const help = 'help' in item ? item.help : '';
  const levels = item.type === 'indicator' ? item.levels.map(({ descriptor }) => descriptor) : [];
  return [nameOfFormItem(item), help, ...levels].filter(Boolean).join('\n');
}

/** The words of a part, for [Copy]. */
function wordsOfPart(part: Part | null): string {
  if (part === null) return '';
  switch (part.type) {
    case 'pathway':
      return [part.title, part.vision].filter(Boolean).join('\n');
    case 'module':
      return [part.title, part.summary, part.lowTech ? plainText(part.lowTech) : '']
        .filter(Boolean)
        .join('\n');
    case 'block':
      return wordsOfBlock(part.block);
    case 'criterion':
      return [part.criterion.title, ...part.criterion.levels.map(({ descriptor }) => descriptor)].join('\n');
    case 'exemplar':
      return [part.exemplar.title, plainText(part.exemplar.content), part.exemplar.comment].join('\n');
    case 'form':
      return [part.title, part.purpose].filter(Boolean).join('\n');
    case 'section':
      return part.title;
    case 'item':
      return wordsOfItem(part.item);
  }
}

function wordsOfBlock(block: Extract<Part, { type: 'block' }>['block']): string {
  switch (block.type) {
    case 'text':
      return plainText(block.content);
    case 'prompt':
      return [block.question, block.help].filter(Boolean).join('\n');
    case 'checklist':
      return [block.title, ...block.items.map(({ text }) => text)].join('\n');
    default:
      return block.title;
  }
}

interface PartAdapterDeps {
  readonly draftId: string;
  readonly sender: PartsSender;
  readonly copies: PartCopies;
}

/**
 * The parts of one draft by their keys. The server keeps refused values too, but what waits for a choice is to be shown at its
 * field again after a reload: so it stays on the device until then.
 */
export function partAdapter({ draftId, sender, copies }: PartAdapterDeps): Adapter<Part | null, SavedPart> {
  return {
    kind: PART_KIND,
    same: isSame,
    hasHistory: false,
    keepsRefused: true,
    // a role may come back: what is typed until then is kept and tried again
    isFinal: () => false,
    words: wordsOfPart,
    empty: () => ({ value: null, revision: 0, savedAt: null, lineage: null }),
    toEntry: (key, { value, baseRevision, lineage, builtOn }, at) => ({
      id: `${PART_KIND}:${draftId}:${key}:${lineage}`,
      kind: PART_KIND,
      value: { draftId, key, baseRevision, base: copies.at(key, baseRevision), value, lineage, builtOn },
      at,
    }),
    fromEntry: (entry) => {
      const { data } = PartEntry.safeParse(entry.value);
      if (data?.draftId !== draftId) return null;
      const { key, baseRevision, base, lineage, builtOn } = data;
      const value = readWritten(data.value);
      if (value === undefined) return null;
      if (baseRevision > 0) copies.record(key, baseRevision, base);
      return { key, draft: { value, baseRevision, lineage, sequence: 0, builtOn } };
    },
    send: async (key, { value, baseRevision }) => {
      copies.sending(key, value);
      const saved = await sender.send({ key, baseRevision, value });
      copies.answered(key);
      copies.forgetBefore(key, baseRevision);
      copies.record(key, saved.revision, value);
      return saved;
    },
    check: (value) =>
      Part.nullable().safeParse(value).success
        ? null
        : { kind: 'refused', code: 'VALIDATION_FAILED', inHistory: false },
    readConflict: (details) => {
      const [theirs] = PartsConflict.safeParse(details).data?.theirs ?? [];
      if (!theirs) return null;
      const { key, revision, savedAt } = theirs;
      copies.record(key, revision, theirs.value);
      const value = copies.asTyped(key, theirs.value);
      return { theirs, copy: { value, revision, savedAt, lineage: null }, inHistory: false };
    },
  };
}
