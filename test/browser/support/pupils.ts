import { randomUUID } from 'node:crypto';
import { documentOf } from '../../../contract/richText.ts';
import type { ModuleContent } from '../../../contract/content.ts';
import { promptsOf, unrollModule } from '../../../contract/cycles.ts';
import { ReviewModel } from '../../../server/features/reviews/review.model.ts';
import { createUpload, patchUpload } from '../../support/files/tusClient.ts';
import { macroBook } from '../../support/files/officeSamples.ts';
import { launchThrough } from '../../support/launching.ts';
import { until } from '../../support/until.ts';
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

export type Send = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;

/** Calls the API with this bearer, as the client does. */
function sendWith(world: World, bearer: string): Send {
  return async (method, path, body) => {
    const headers = {
      authorization: `Bearer ${bearer}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    };
    const response = await fetch(`${world.directUrl}/api/v1${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
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

export async function act({ world }: Pick<Setting, 'world'>, lmsId: string, linkId: string): Promise<Acting> {
  const { bearer } = await launchThrough(world.directUrl, world.lms, { personId: lmsId, linkId });
  return { lmsId, bearer, send: sendWith(world, bearer) };
}

const LONG = 'What the wrong answers had in common was the unit, and nobody had asked for it. '.repeat(40);

/** Agrees, and opens the module that their link shows. */
export async function open(acting: Acting): Promise<Pupil> {
  await acting.send('POST', '/me/consent', { weeklyMinutes: 90 });
  const opened = (await acting.send('POST', '/enrolments/open', {})) as {
    enrolmentId: string;
    attemptId: string;
  };
  return { ...acting, ...opened };
}

/** Opens the module, agrees, writes this as the reflection. */
export async function begin(setting: Setting, lmsId: string, text = LONG): Promise<Pupil> {
  const pupil = await open(await act(setting, lmsId, setting.link));
  await write(setting, pupil, setting.say(text));
  return pupil;
}

/** Replaces the reflection, from wherever it stands, as another window does. */
export async function write(
  { module }: Pick<Setting, 'module'>,
  { send, attemptId }: Pick<Pupil, 'send' | 'attemptId'>,
  text: string | object,
): Promise<void> {
  const key = promptsOf(unrollModule(module))[0]?.key ?? '';
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

export async function addLink(
  { module }: Pick<Setting, 'module'>,
  { send, attemptId }: Pupil,
  link: { url: string; name: string },
): Promise<void> {
  const criteria = module.criteria.map(({ key }) => key);
  await send('POST', `/attempts/${attemptId}/links`, { ...link, criteria, requirementKey: null });
}

/** The link that stands in all work of a course. */
export async function addCheck(setting: Setting, pupil: Pupil): Promise<void> {
  const name = setting.say('The check itself');
  await addLink(setting, pupil, { url: 'https://example.org/check', name });
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
  await until('the files are checked', async () => {
    const { evidence } = (await pupil.send('GET', `/attempts/${pupil.attemptId}`)) as {
      evidence: { state: string }[];
    };
    return evidence.every(({ state }) => state !== 'checking') || null;
  });
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
