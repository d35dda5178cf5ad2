import { PathwayContent } from '../../../contract/content.ts';
import { findingId, toCaps, type Finding } from '../../../contract/lint/findings.ts';
import type { NotPublishable, PublishDraft } from '../../../contract/studio.ts';
import { assemblePathway } from '../../../contract/studioParts.ts';
import type { ClientSession } from 'mongoose';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { lintInSlices } from '../../lintInSlices.ts';
import { publishing, publishInTransaction } from '../catalog/publishing.service.ts';
import { requireContentFiles } from '../contentFiles/contentFiles.service.ts';
import { listKnownFrameworks } from '../frameworks/knownFrameworks.service.ts';
import { getSettings } from '../institutions/settings.service.ts';
import { StudioDraftModel, StudioPartModel, type StudioDraftDoc } from './studio.model.ts';

/** Closes a draft as it was seen, so that nothing more is saved into it. @throws {AppError} NOT_FOUND, STUDIO_CHANGED */
async function closeDraft(
  institutionId: string,
  draftId: string,
  revision: number,
  tx: ClientSession,
): Promise<StudioDraftDoc> {
  const closed = await StudioDraftModel.findOneAndUpdate(
    { institutionId, _id: draftId, state: 'open', revision },
    { $set: { state: 'published' } },
    { session: tx },
  ).lean();
  if (closed) return closed;
  const isOpen = await StudioDraftModel.findOne({ institutionId, _id: draftId, state: 'open' })
    .session(tx)
    .lean();
  if (!isOpen) throw notFound('This draft');
  throw new AppError(
    'STUDIO_CHANGED',
    'Somebody has changed this draft since you looked. Look at it once more, then publish.',
  );
}

/** What the parts of a draft make. @throws {AppError} NOT_PUBLISHABLE without modules, or if its parts do not fit together */
export async function readDraftContent(
  institutionId: string,
  draftId: string,
  tx: ClientSession,
): Promise<PathwayContent> {
  const parts = await StudioPartModel.find({ institutionId, draftId }).session(tx).lean();
  const assembled = assemblePathway(
    new Map(parts.flatMap(({ partKey, value }) => (value ? [[partKey, value] as const] : []))),
  );
  const { data, error } = PathwayContent.safeParse(assembled);
  if (data) return data;
  const [issue] = error?.issues ?? [];
  const where = issue ? ` (${issue.path.join('.')}: ${issue.message})` : '';
  throw new AppError('NOT_PUBLISHABLE', `This pathway is not complete yet${where}.`, {
    details: { findings: [] } satisfies NotPublishable,
  });
}

/** Errors block; a warning needs a reason. @throws {AppError} NOT_PUBLISHABLE */
export function requireFit(findings: readonly Finding[], reasons: PublishDraft['reasons']): void {
  const accepted = new Set(reasons.map(({ finding }) => finding));
  const blocking = findings.filter(
    (finding) => finding.severity === 'error' || !accepted.has(findingId(finding)),
  );
  if (blocking.length === 0) return;
  const message = blocking.some(({ severity }) => severity === 'error')
    ? 'Something in this pathway must be mended before it can be published.'
    : 'Say why you publish it with these warnings, or mend them first.';
  throw new AppError('NOT_PUBLISHABLE', message, {
    details: { findings: blocking } satisfies NotPublishable,
  });
}

/**
 * Publishes a draft, as its designer saw it, as the next version of its pathway: one transaction, with the draft closed in it. Two who
 * publish at once make one version.
 *
 * @returns the number of the version that is the newest now
 * @throws {AppError} NOT_PUBLISHABLE (details: the findings that block it), STUDIO_CHANGED, NOT_FOUND
 */
export async function publishDraft(
  deps: Pick<Deps, 'clock' | 'log'>,
  session: LiveSession,
  draftId: string,
  { revision, changelog, reasons, offered }: PublishDraft,
): Promise<{ pathwayKey: string; n: number }> {
  const { institutionId } = session;
  const caps = toCaps(await getSettings(deps, institutionId));
  return publishing(async (tx) => {
    const { pathwayKey } = await closeDraft(institutionId, draftId, revision, tx);
    const content = await readDraftContent(institutionId, draftId, tx);
    const known = await listKnownFrameworks(institutionId, content);
    const findings = await lintInSlices(content, caps, known);
    requireFit(findings, reasons);
    await requireContentFiles(institutionId, content, tx);
    const given = new Set(findings.map(findingId));
    const kept = reasons.filter(({ finding }) => given.has(finding));
    const note = { publishedBy: session.personId, changelog, reasons: kept };
    const { n } = await publishInTransaction(deps, session, content, { note, offered, tx });
    return { pathwayKey, n };
  });
}
