import { z } from 'zod';
import { attemptEndpoints } from '../../../../contract/attempts.ts';
import type { Workspace } from '../../../../contract/attempts.ts';
import { LevelKey } from '../../../../contract/content.ts';
import { UnrolledStepKey } from '../../../../contract/cycles.ts';
import type { Call } from '../../api/call.ts';
import type { KeptEntry } from '../../storage/kept.ts';

/** The kind of the entries of choices on the device. */
export const CHOICE_KIND = 'choice';

/** Entries written before steps were called steps say `part`. */
const StepWord = z.enum(['step', 'part']).transform(() => 'step' as const);

/** A small choice on an attempt: somebody's level on a criterion, or that a step is done. */
export const Choice = z.discriminatedUnion('what', [
  z.object({ what: z.literal('level'), attemptId: z.string(), key: z.string(), level: LevelKey }),
  z.object({ what: StepWord, attemptId: z.string(), key: UnrolledStepKey, done: z.boolean() }),
]);
export type Choice = z.infer<typeof Choice>;

/** A choice and when it was made (ISO instant). */
export interface MadeChoice {
  readonly choice: Choice;
  readonly at: string;
}

/** The words used in ids on the device; a step keeps its original one, so that no earlier entry is left beside a later one. */
const ID_WORDS = { level: 'level', step: 'part' } as const;

/** A later choice of the same thing has the same id and replaces the earlier one. */
export function choiceId({ attemptId, what, key }: Choice): string {
  return `${CHOICE_KIND}:${attemptId}:${ID_WORDS[what]}:${key}`;
}

export function toChoiceEntry({ choice, at }: MadeChoice): KeptEntry {
  return { id: choiceId(choice), kind: CHOICE_KIND, value: choice, at };
}

/** The choice in an entry; null for entries that an older version of the page wrote in another format. */
export function toChoice({ value, at }: KeptEntry): MadeChoice | null {
  const { data } = Choice.safeParse(value);
  return data ? { choice: data, at } : null;
}

/** The choices stored on the device, oldest first. */
export async function listChoices(store: {
  list(kind: string): Promise<KeptEntry[]>;
}): Promise<MadeChoice[]> {
  const entries = await store.list(CHOICE_KIND);
  return entries.flatMap((entry) => toChoice(entry) ?? []);
}

/** Sends a choice to the server; sending it twice has the same effect as once. @throws {ApiError | OfflineError} */
export async function sendChoice(call: Call, choice: Choice): Promise<void> {
  const { attemptId: id, key } = choice;
  if (choice.what === 'level') {
    const params = { id, criterionKey: key };
    await call(attemptEndpoints.setSelfLevel, { params, body: { level: choice.level } });
  } else {
    await call(attemptEndpoints.setStep, {
      params: { id, step: choice.key },
      body: { done: choice.done },
    });
  }
}

/** The page as it will be once these choices are saved. */
export function withChoices(workspace: Workspace, choices: Iterable<MadeChoice>): Workspace {
  let { stepsDone, selfLevels } = workspace;
  for (const { choice, at } of choices) {
    if (choice.what === 'step') {
      const others = stepsDone.filter((step) => step !== choice.key);
      stepsDone = choice.done ? [...others, choice.key] : others;
    } else {
      const { key: criterionKey, level } = choice;
      selfLevels = [
        ...selfLevels.filter((own) => own.criterionKey !== criterionKey),
        { criterionKey, level, at },
      ];
    }
  }
  return { ...workspace, stepsDone, selfLevels };
}

/** True if the server has a later level for the same criterion, chosen elsewhere. */
export function isSuperseded({ choice, at }: MadeChoice, workspace: Pick<Workspace, 'selfLevels'>): boolean {
  if (choice.what !== 'level') return false;
  return workspace.selfLevels.some((own) => own.criterionKey === choice.key && own.at > at);
}
