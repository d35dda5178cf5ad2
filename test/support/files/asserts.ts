import { createHash } from 'node:crypto';
import type { ErrorBody } from '../../../contract/errors.ts';
import { filmBytes } from './content.ts';

export const codeOf = (text: string): string => (JSON.parse(text) as ErrorBody).code;
export const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

/** Reads a signed link to its end. */
export async function download(base: string, url: string | null): Promise<Buffer> {
  const reply = await fetch(`${base}${url ?? ''}`);
  if (reply.status !== 200) throw new Error(`the download answered ${reply.status}`);
  return Buffer.from(await reply.arrayBuffer());
}

/** A video of that many bytes, for `uploadAll`. */
export const film = (size: number) => ({
  size,
  bytes: (start: number, end: number) => filmBytes(size, start, end),
});

/** The plan that MongoDB chose, as text. */
export function chosenPlan(explained: unknown): string {
  const { queryPlanner } = explained as { queryPlanner: { winningPlan: unknown } };
  return JSON.stringify(queryPlanner.winningPlan);
}
