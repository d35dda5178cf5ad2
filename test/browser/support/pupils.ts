import { randomUUID } from 'node:crypto';
import { documentOf } from '../../../contract/richText.ts';
import type { ModuleContent } from '../../../contract/pathways.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { createUpload, patchUpload } from '../../bench/files/tusClient.ts';
import { macroBook } from '../../bench/files/officeSamples.ts';
import { launchThrough } from '../../support/launching.ts';
import { sendWith, type Send } from './prepared.ts';
import type { World } from './world.ts';

/** What a course's people work on, and how they write. */
export interface Setting {
  readonly world: World;
  readonly institutionId: string;
  readonly module: ModuleContent;
  /** Of the module. */
  readonly link: string;
  say(text: string): string;
}

/** Somebody with a live session. */
export interface Acting {
  readonly lmsId: string;
  readonly bearer: string;
  readonly send: Send;
}

/** Somebody who has begun the module. */
export interface Pupil extends Acting {
  readonly enrolmentId: string;
  readonly attemptId: string;
}

export async function act({ world }: Setting, lmsId: string, linkId: string): Promise<Acting> {
  const { bearer } = await launchThrough(world.directUrl, world.lms, { personId: lmsId, linkId });
  return { lmsId, bearer, send: sendWith(world, bearer) };
}

const LONG = 'What the wrong answers had in common was the unit, and nobody had asked for it. '.repeat(40);

/** Opens the module, agrees, writes this as the reflection. */
export async function begin(setting: Setting, lmsId: string, text = LONG): Promise<Pupil> {
  const acting = await act(setting, lmsId, setting.link);
  await acting.send('POST', '/me/consent', { weeklyMinutes: 90 });
  const opened = (await acting.send('POST', '/enrolments/open', {})) as {
    enrolmentId: string;
    attemptId: string;
  };
  const pupil = { ...acting, ...opened };
  await write(setting, pupil, setting.say(text));
  return pupil;
}

/** Replaces the reflection, from wherever it stands, as another window does. */
export async function write(
  { module }: Pick<Setting, 'module'>,
  { send, attemptId }: Pick<Pupil, 'send' | 'attemptId'>,
  text: string | object,
): Promise<void> {
  const key = module.reflect.prompts[0]?.key ?? '';
  const { drafts } = (await send('GET', `/attempts/${attemptId}`)) as {
    drafts?: { pieceKey: string; draftId: string; revision: number }[];
  };
  const draft = drafts?.find(({ pieceKey }) => pieceKey === key);
  await send('PUT', `/attempts/${attemptId}/drafts/${key}`, {
    draftId: draft?.draftId ?? randomUUID(),
    baseRevision: draft?.revision ?? 0,
    document: typeof text === 'string' ? documentOf(text) : text,
  });
}

export async function addLink(setting: Setting, { send, attemptId }: Pupil): Promise<void> {
  await send('POST', `/attempts/${attemptId}/links`, {
    url: 'https://example.org/check',
    name: setting.say('The check itself'),
    criteria: setting.module.criteria.map(({ key }) => key),
    requirementKey: null,
  });
}

async function upload({ world, module, say }: Setting, pupil: Pupil, file: File): Promise<void> {
  const { bearer, attemptId } = pupil;
  const criteria = module.criteria.map(({ key }) => key);
  const { name, body, size = body.length } = file;
  const path = await createUpload(world.directUrl, {
    size,
    filename: say(name),
    bearer,
    attemptId,
    criteria,
  });
  const part = { offset: 0, length: body.length, body: [body], bearer };
  const { status } = await patchUpload(`${world.directUrl}${path}`, part);
  if (status !== 204) throw new Error(`the upload of ${name} answered ${status}`);
}
interface File {
  name: string;
  body: Buffer;
  /** As announced; more than the body: it stops there. */
  size?: number;
}

/** Evidence of each kind: taken, broken off, refused. */
export async function addFiles(setting: Setting, pupil: Pupil): Promise<void> {
  const name = 'Exit check, four questions.txt';
  await upload(setting, pupil, { name, body: Buffer.from('A line of the file.\n'.repeat(80)) });
  const film = { name: 'Film of the class.mp4', body: Buffer.alloc(100_000), size: 340_000 };
  await upload(setting, pupil, film);
  await upload(setting, pupil, { name: 'A macro.docm', body: await macroBook() });
  await until(async () => {
    const { evidence } = (await pupil.send('GET', `/attempts/${pupil.attemptId}`)) as {
      evidence: { state: string }[];
    };
    return evidence.every(({ state }) => state !== 'checking');
  }, 'the files are checked');
}

/** Asks again until it is so. */
export async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`it did not come about that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @returns the submission and its review */
export async function handIn(
  { institutionId }: Setting,
  pupil: Pupil,
): Promise<{ submissionId: string; reviewId: string }> {
  const receipt = (await pupil.send('POST', `/attempts/${pupil.attemptId}/submissions`, {})) as {
    id: string;
  };
  // nobody but the server knows which of a queue's rows is whose
  const review = await ReviewModel.findOne({ institutionId, submissionId: receipt.id }).lean();
  return { submissionId: receipt.id, reviewId: review?._id ?? '' };
}
