import { readAnyBundle, type Bundle, type FormBundle } from '../../bundles/readBundle.ts';
import { FILES_FOLDER } from '../../../contract/bundle.ts';
import type { BundleReport, ImportBundle } from '../../../contract/bundles.ts';
import { fileBlocksOf } from '../../../contract/contentFiles.ts';
import { lintForm } from '../../../contract/lint/formLinter.ts';
import { toCaps, type Finding } from '../../../contract/lint/findings.ts';
import type { ClientSession } from 'mongoose';
import { inTransaction } from '../../db.ts';
import { AppError } from '../../errors.ts';
import { lintInSlices } from '../../lintInSlices.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import { getUploadedBundle } from '../artifacts/contentUploads.service.ts';
import { appendAudit, operatorOf, type Actor } from '../audit/audit.service.ts';
import { findPublishedContent } from '../catalog/publishedContent.service.ts';
import {
  contentHash,
  publishing,
  publishInTransaction,
  type VersionNote,
} from '../catalog/publishing.service.ts';
import {
  requireContentFiles,
  storeContentFile,
  type ContentFileDeps,
} from '../contentFiles/contentFiles.service.ts';
import { listKnownFrameworks } from '../frameworks/knownFrameworks.service.ts';
import { findNewestForm } from '../observationForms/forms.service.ts';
import { publishFormInTransaction } from '../observationForms/publishing.service.ts';
import { getSettings } from '../institutions/settings.service.ts';
import { getDisplayNames } from '../launches/people.service.ts';
import { findOpenDraft, importDraft, type DraftOf } from '../studio/drafts.service.ts';
import { requireFit } from '../studio/publishDraft.service.ts';

type AnyBundle = Bundle | FormBundle;

const draftOf = ({ kind, content }: AnyBundle): DraftOf => ({ kind, contentKey: content.key });

/** What is told of a draft that is in the way. */
async function describeDraft(institutionId: string, of: DraftOf): Promise<BundleReport['draft']> {
  const draft = await findOpenDraft(institutionId, of);
  if (!draft) return null;
  const names = await getDisplayNames(institutionId, [draft.savedBy]);
  return {
    id: draft._id,
    savedBy: names.get(draft.savedBy) ?? '',
    savedAt: draft.savedAt.toISOString(),
  };
}

async function lintHere(deps: ContentFileDeps, institutionId: string, bundle: AnyBundle): Promise<Finding[]> {
  const known = await listKnownFrameworks(institutionId, bundle.content);
  if (bundle.kind === 'form') return lintForm(bundle.content, known);
  const caps = toCaps(await getSettings(deps, institutionId));
  return lintInSlices(bundle.content, caps, known);
}

/** The newest version that the institution has of it, and whether it says the same; null if it is new here. */
async function findNewest(
  institutionId: string,
  bundle: AnyBundle,
): Promise<{ n: number; isSame: boolean } | null> {
  const { kind, content } = bundle;
  const find = kind === 'form' ? findNewestForm : findPublishedContent;
  const newest = await find(institutionId, content.key);
  return newest && { n: newest.n, isSame: contentHash(newest.content) === contentHash(content) };
}

/**
 * Reads and checks an uploaded bundle; nothing of it is kept.
 *
 * @throws {AppError} BUNDLE_REFUSED with the first reason; NOT_FOUND
 */
export async function checkBundle(
  deps: ContentFileDeps,
  session: LiveSession,
  uploadId: string,
): Promise<BundleReport> {
  const { institutionId } = session;
  const source = await getUploadedBundle(session, uploadId);
  return readAnyBundle(source, async (bundle) => {
    const newest = await findNewest(institutionId, bundle);
    const met = {
      findings: await lintHere(deps, institutionId, bundle),
      version: newest?.n ?? null,
      isSame: newest?.isSame ?? false,
      draft: await describeDraft(institutionId, draftOf(bundle)),
    };
    if (bundle.kind === 'form') return { kind: 'form', content: bundle.content, files: [], ...met };
    const files = bundle.files.map(({ path, size }) => ({ path, size }));
    return { kind: 'pathway', content: bundle.content, files, ...met };
  });
}

/** Stores what modules offer, before anything refers to it: if it is never referred to, it is swept. */
async function storeFiles(deps: ContentFileDeps, institutionId: string, bundle: Bundle): Promise<void> {
  const offered = new Set(fileBlocksOf(bundle.content).map(({ path }) => `${FILES_FOLDER}${path}`));
  for (const { path, size, sha256, mediaType } of bundle.files) {
    if (!offered.has(path)) continue;
    const file = { institutionId, size, sha256, mediaType };
    await storeContentFile(deps, file, () => bundle.openFile(path));
  }
}

interface PublishBundle {
  bundle: AnyBundle;
  note: VersionNote;
  /** Called first in the transaction. @throws if it may not be published */
  before?: (tx: ClientSession) => Promise<void>;
  /** Called in it if there is a new version: the same content makes none. */
  onNew?: (tx: ClientSession) => Promise<void>;
}

/** Publishes a bundle of which everything is stored: the version and what it offers appear in one transaction. */
async function publishBundle(
  deps: ContentFileDeps,
  actor: Actor,
  { bundle, note, before, onNew }: PublishBundle,
): Promise<{ n: number; contentHash: string }> {
  const { institutionId } = actor;
  if (bundle.kind === 'pathway') await storeFiles(deps, institutionId, bundle);
  return publishing(async (tx) => {
    await before?.(tx);
    const publication = { note, tx, onNew: async () => onNew?.(tx) };
    if (bundle.kind === 'form') return publishFormInTransaction(deps, actor, bundle.content, publication);
    await requireContentFiles(institutionId, bundle.content, tx);
    return publishInTransaction(deps, actor, bundle.written, publication);
  });
}

/**
 * Publishes a bundle as the operator, with its files; nothing happens to the version if the newest one is the same.
 *
 * @throws {AppError} QUOTA_EXCEEDED, CONTENT_FILE_MISSING
 */
export async function publishBundleAsOperator(
  deps: ContentFileDeps,
  institutionId: string,
  bundle: AnyBundle,
): Promise<{ n: number; contentHash: string }> {
  return publishBundle(deps, operatorOf(institutionId), { bundle, note: {} });
}

/** @throws {AppError} STUDIO_DRAFT_OPEN */
async function requireNoDraft(institutionId: string, of: DraftOf, tx: ClientSession): Promise<void> {
  if (!(await findOpenDraft(institutionId, of, tx))) return;
  const draft = await describeDraft(institutionId, of);
  const who = draft?.savedBy ? `, last saved by ${draft.savedBy}` : '';
  throw new AppError(
    'STUDIO_DRAFT_OPEN',
    `This has an open draft${who}. Publish it or put it away first; nothing was imported over it.`,
  );
}

async function importAsVersion(
  deps: ContentFileDeps,
  session: LiveSession,
  bundle: AnyBundle,
  reasons: Extract<ImportBundle, { as: 'version' }>['reasons'],
): Promise<number> {
  const { institutionId } = session;
  requireFit(await lintHere(deps, institutionId, bundle), reasons);
  const { n } = await publishBundle(deps, session, {
    bundle,
    note: { changelog: [], reasons },
    before: (tx) => requireNoDraft(institutionId, draftOf(bundle), tx),
    onNew: async (tx) => {
      const subject = { kind: bundle.kind, id: bundle.content.key };
      const entry = { action: 'bundle.imported', subject, facts: { as: 'version' } };
      await appendAudit(deps, session, entry, tx);
    },
  });
  return n;
}

async function importAsDraft(
  deps: ContentFileDeps,
  session: LiveSession,
  bundle: AnyBundle,
  draftId: string,
): Promise<void> {
  const { institutionId } = session;
  const { key } = bundle.content;
  const open = await findOpenDraft(institutionId, draftOf(bundle));
  if (open?._id === draftId) return;
  if (bundle.kind === 'pathway') await storeFiles(deps, institutionId, bundle);
  const newest = await findNewest(institutionId, bundle);
  await inTransaction(async (tx) => {
    await requireNoDraft(institutionId, draftOf(bundle), tx);
    await importDraft(deps, session, { ...bundle, draftId, baseVersion: newest?.n ?? null, tx });
    const subject = { kind: 'draft', id: draftId };
    const facts = { as: 'draft', ...(bundle.kind === 'form' ? { formKey: key } : { pathwayKey: key }) };
    await appendAudit(deps, session, { action: 'bundle.imported', subject, facts }, tx);
  });
}

/** What an import made. */
interface Imported extends DraftOf {
  draftId: string | null;
  n: number | null;
}

/**
 * Imports an uploaded bundle: all of it or nothing. It is read and checked once more. The upload stays for a day, so that a repeat
 * whose reply was lost finds it.
 *
 * @throws {AppError} BUNDLE_REFUSED, NOT_PUBLISHABLE, STUDIO_DRAFT_OPEN, DRAFT_TOO_LARGE, QUOTA_EXCEEDED, NOT_FOUND
 */
export async function importBundle(
  deps: ContentFileDeps,
  session: LiveSession,
  given: ImportBundle,
): Promise<Imported> {
  const source = await getUploadedBundle(session, given.uploadId);
  return readAnyBundle(source, async (bundle) => {
    const of = draftOf(bundle);
    if (given.as === 'draft') {
      await importAsDraft(deps, session, bundle, given.draftId);
      return { ...of, draftId: given.draftId, n: null };
    }
    return { ...of, draftId: null, n: await importAsVersion(deps, session, bundle, given.reasons) };
  });
}
