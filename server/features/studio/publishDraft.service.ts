import { PathwayContent } from '../../../contract/content.ts';
import { findingId, toCaps, type Finding } from '../../../contract/lint/findings.ts';
import type { NotPublishable, PublishDraft } from '../../../contract/studio.ts';
import { assemblePathway, type DraftKind, type Part, type PartKey } from '../../../contract/studioParts.ts';
import { assembleForm } from '../../../contract/formParts.ts';
import type { PublishForm } from '../../../contract/forms.ts';
import { lintForm } from '../../../contract/lint/formLinter.ts';
import { FormContent } from '../../../contract/observationForms.ts';
import type { ClientSession } from 'mongoose';
import type { z } from 'zod';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { lintInSlices } from '../../lintInSlices.ts';
import { publishing, publishInTransaction, type VersionNote } from '../catalog/publishing.service.ts';
import { requireContentFiles } from '../contentFiles/contentFiles.service.ts';
import { listKnownFrameworks } from '../frameworks/knownFrameworks.service.ts';
import { publishFormInTransaction } from '../observationForms/publishing.service.ts';
import { getSettings } from '../institutions/settings.service.ts';
import { StudioDraftModel, StudioPartModel, type StudioDraftDoc } from './studio.model.ts';

interface DraftPlace {
  institutionId: string;
  draftId: string;
  kind: DraftKind;
}

/** Closes a draft as it was seen, so that nothing more is saved into it. @throws {AppError} NOT_FOUND, STUDIO_CHANGED */
async function closeDraft(
  { institutionId, draftId, kind }: DraftPlace,
  revision: number,
  tx: ClientSession,
): Promise<StudioDraftDoc> {
  const draft = { institutionId, _id: draftId, kind, state: 'open' } as const;
  const closed = await StudioDraftModel.findOneAndUpdate(
    { ...draft, revision },
    { $set: { state: 'published' } },
    { session: tx },
  ).lean();
  if (closed) return closed;
  const isOpen = await StudioDraftModel.findOne(draft).session(tx).lean();
  if (!isOpen) throw notFound('This draft');
  throw new AppError(
    'STUDIO_CHANGED',
    'Somebody has changed this draft since you looked. Look at it once more, then publish.',
  );
}

/** How the content of a draft is made and read. */
interface Assembly<C> {
  assemble: (parts: ReadonlyMap<PartKey, Part>) => unknown;
  schema: z.ZodType<C>;
}
export const PATHWAY: Assembly<PathwayContent> = { assemble: assemblePathway, schema: PathwayContent };
export const FORM: Assembly<FormContent> = { assemble: assembleForm, schema: FormContent };

/** What the parts of a draft make. @throws {AppError} NOT_PUBLISHABLE without modules, or if its parts do not fit together */
export async function readDraftContent<C>(
  { institutionId, draftId }: Omit<DraftPlace, 'kind'>,
  { assemble, schema }: Assembly<C>,
  tx: ClientSession,
): Promise<C> {
  const parts = await StudioPartModel.find({ institutionId, draftId }).session(tx).lean();
  const assembled = assemble(
    new Map(parts.flatMap(({ partKey, value }) => (value ? [[partKey, value] as const] : []))),
  );
  const { data, error } = schema.safeParse(assembled);
  if (data) return data;
  const [issue] = error?.issues ?? [];
  const where = issue ? ` (${issue.path.join('.')}: ${issue.message})` : '';
  throw new AppError('NOT_PUBLISHABLE', `This is not complete yet${where}.`, {
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
    ? 'Something must be mended before this can be published.'
    : 'Say why you publish it with these warnings, or mend them first.';
  throw new AppError('NOT_PUBLISHABLE', message, {
    details: { findings: blocking } satisfies NotPublishable,
  });
}

/** What is kept with a version: of the reasons those for which there is a warning. */
function toNote(
  { personId }: LiveSession,
  { changelog, reasons }: Pick<PublishDraft, 'changelog' | 'reasons'>,
  findings: readonly Finding[],
): VersionNote {
  const given = new Set(findings.map(findingId));
  return { publishedBy: personId, changelog, reasons: reasons.filter(({ finding }) => given.has(finding)) };
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
  { revision, offered, ...given }: PublishDraft,
): Promise<{ pathwayKey: string; n: number }> {
  const { institutionId } = session;
  const caps = toCaps(await getSettings(deps, institutionId));
  const place = { institutionId, draftId, kind: 'pathway' } as const;
  return publishing(async (tx) => {
    const { contentKey: pathwayKey } = await closeDraft(place, revision, tx);
    const content = await readDraftContent(place, PATHWAY, tx);
    const known = await listKnownFrameworks(institutionId, content);
    const findings = await lintInSlices(content, caps, known);
    requireFit(findings, given.reasons);
    await requireContentFiles(institutionId, content, tx);
    const note = toNote(session, given, findings);
    const { n } = await publishInTransaction(deps, session, content, { note, offered, tx });
    return { pathwayKey, n };
  });
}

/** The same for an observation form. */
export async function publishFormDraft(
  deps: Pick<Deps, 'clock'>,
  session: LiveSession,
  draftId: string,
  { revision, ...given }: PublishForm,
): Promise<{ formKey: string; n: number }> {
  const { institutionId } = session;
  const place = { institutionId, draftId, kind: 'form' } as const;
  return publishing(async (tx) => {
    const { contentKey: formKey } = await closeDraft(place, revision, tx);
    const content = await readDraftContent(place, FORM, tx);
    const findings = lintForm(content, await listKnownFrameworks(institutionId, content));
    requireFit(findings, given.reasons);
    const note = toNote(session, given, findings);
    const { n } = await publishFormInTransaction(deps, session, content, { note, tx });
    return { formKey, n };
  });
}
