import { diffContent } from '../../../contract/diffContent.ts';
import { promptsOf, type UnrolledModule } from '../../../contract/cycles.ts';
import type { CarriedModule, NewerVersion, VersionOffer } from '../../../contract/versions.ts';
import { readTogether } from '../../combinedRead.ts';
import { notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { listArtifacts } from '../artifacts/artifacts.service.ts';
import { listDrafts } from '../attempts/drafts.service.ts';
import { getVersion, listModules, toPathwayContent, type ModuleRead } from '../catalog/catalog.service.ts';
import type { RunRead } from '../catalog/runs.service.ts';
import { findOffered, getPathway, getVersionNumbered, listVersionsOf } from '../catalog/versions.service.ts';
import type { AttemptDoc } from '../enrolments/attempts.service.ts';
import { fitEvidence, getModuleOf, toCarried } from '../enrolments/carrying.service.ts';
import { enrolmentInPlacePart, type EnrolmentDoc } from '../enrolments/enrolments.service.ts';
import { getRuleFacts, progressOf, toCompletionFacts } from '../enrolments/ruleFacts.service.ts';

type Piece = Pick<AttemptDoc['links'][number], 'name' | 'criteria' | 'requirementKey'>;

/** Names of what was handed in for a requirement that is not there any more. */
function unassignedOf(pieces: readonly Piece[], module: UnrolledModule): string[] {
  const isLost = (piece: Piece): boolean =>
    piece.requirementKey !== null && fitEvidence(piece, module).requirementKey === null;
  return pieces.filter(isLost).map(({ name }) => name);
}

function fateOf({ state }: AttemptDoc, target: ModuleRead | undefined): CarriedModule['fate'] {
  if (state === 'approved') return 'approved';
  if (state === 'submitted' || state === 'in_review') return 'under_review';
  return target ? 'carried' : 'former';
}

/** What becomes of one attempt; null if nothing was begun on it. */
async function toCarriedModule(
  enrolment: EnrolmentDoc,
  attempt: AttemptDoc,
  target: ModuleRead | undefined,
): Promise<CarriedModule | null> {
  if (attempt.state === 'not_started') return null;
  const { institutionId, versionId } = enrolment;
  const own = (await getModuleOf(enrolment, attempt)).content;
  const fate = fateOf(attempt, target);
  const about = { key: attempt.moduleKey, attemptId: attempt._id, state: attempt.state, fate };
  if (fate !== 'carried' || !target)
    return { ...about, title: own.title, formerTexts: [], unassigned: [], reopened: [] };
  const [drafts, artifacts] = await Promise.all([
    listDrafts(institutionId, attempt._id),
    listArtifacts(institutionId, attempt._id),
  ]);
  const { content } = target;
  const isWritten = (key: string): boolean =>
    drafts.some(({ pieceKey, text }) => pieceKey === key && text.trim() !== '');
  const asked = new Set(promptsOf(content).map(({ key }) => key));
  const former = promptsOf(own).filter(({ key }) => !asked.has(key) && isWritten(key));
  const { settled = [] } = toCarried(attempt, versionId, target);
  const isReopened = ({ key }: { key: string }): boolean =>
    attempt.settled.some(({ criterionKey }) => criterionKey === key) &&
    !settled.some(({ criterionKey }) => criterionKey === key);
  return {
    ...about,
    title: content.title,
    formerTexts: former.map(({ question, cycle }) => ({ question, cycle })),
    unassigned: unassignedOf([...artifacts, ...attempt.links], content),
    reopened: content.criteria.filter(isReopened).map(({ code, title }) => `${code} ${title}`),
  };
}

async function shareIn(enrolment: EnrolmentDoc, versionId: string, attempts: readonly AttemptDoc[]) {
  const version = await getVersion(enrolment.institutionId, versionId);
  const { approved, all } = progressOf(
    version.completes,
    toCompletionFacts(await getRuleFacts(enrolment, version, attempts), enrolment),
  );
  return all === 0 ? 100 : Math.floor((100 * approved) / all);
}

async function readContent(institutionId: string, versionId: string, slug: string) {
  const [version, modules] = await Promise.all([
    getVersion(institutionId, versionId),
    listModules(institutionId, versionId),
  ]);
  return toPathwayContent(slug, { version, modules });
}

async function toOffer(enrolment: EnrolmentDoc, attempts: readonly AttemptDoc[], n: number, to: number) {
  const { institutionId, pathwayKey, versionId } = enrolment;
  const [offered, versions] = await Promise.all([
    getVersionNumbered(institutionId, pathwayKey, to),
    listVersionsOf(institutionId, pathwayKey),
  ]);
  const between = versions.filter((one) => one.n > n && one.n <= to).reverse();
  const [before, after, modules] = await Promise.all([
    readContent(institutionId, versionId, ''),
    readContent(institutionId, offered._id, ''),
    listModules(institutionId, offered._id),
  ]);
  const work = await Promise.all(
    attempts.map((attempt) =>
      toCarriedModule(
        enrolment,
        attempt,
        modules.find(({ key }) => key === attempt.moduleKey),
      ),
    ),
  );
  const offer: VersionOffer = {
    to,
    publishedAt: offered.publishedAt.toISOString(),
    changelog: between.flatMap(({ changelog = [] }) => changelog),
    diff: diffContent(before, after),
    work: work.flatMap((one) => one ?? []),
    share: {
      before: await shareIn(enrolment, versionId, attempts),
      after: await shareIn(enrolment, offered._id, attempts),
    },
  };
  return offer;
}

/** Why somebody can't move to another version, whatever is offered; null if they can. */
export function findClosed(
  { state }: Pick<EnrolmentDoc, 'state'>,
  run: Pick<RunRead, 'state'>,
): NewerVersion['closed'] {
  if (state !== 'active') return state;
  return run.state === 'archived' ? 'archived' : null;
}

/**
 * The newer version that is offered to the caller on their own enrolment, with what differs and what becomes of their work. Reading it
 * changes nothing.
 *
 * @throws {AppError} NOT_FOUND, for another person's enrolment too
 */
export async function getNewer(session: LiveSession, enrolmentId: string): Promise<NewerVersion> {
  const { institutionId } = session;
  const { own } = await readTogether({ own: enrolmentInPlacePart(session, enrolmentId) });
  const [found] = own;
  if (!found) throw notFound('This pathway');
  const { run: runs, attempts, ...enrolment } = found;
  const [run] = runs;
  if (!run) throw notFound('This round');
  const [pathway, version] = await Promise.all([
    getPathway(institutionId, enrolment.pathwayKey),
    getVersion(institutionId, enrolment.versionId),
  ]);
  const to = findOffered(pathway, version.n);
  return {
    pathwayTitle: version.title,
    from: version.n,
    offer: to === null ? null : await toOffer(enrolment, attempts, version.n, to),
    closed: findClosed(enrolment, run),
  };
}
