import type { Readable } from 'node:stream';
import { toOfferedFiles } from '../../bundles/files.ts';
import { writeBundle } from '../../bundles/writeBundle.ts';
import { upgradePathway, type WrittenPathway } from '../../../contract/contentUpgrades.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { ArtifactDeps } from '../artifacts/artifacts.deps.ts';
import { openLink, toSignedLink } from '../artifacts/fileLinks.service.ts';
import { getWrittenPathway } from '../catalog/written.service.ts';
import { openContentFile, requireContentFiles } from '../contentFiles/contentFiles.service.ts';
import { exportFramework } from '../frameworks/formats.service.ts';
import { findFramework } from '../frameworks/frameworks.service.ts';
import { readDraftContent } from '../studio/publishDraft.service.ts';
import { getDraft } from '../studio/drafts.service.ts';

/** A bundle on its way out. */
export interface ExportedBundle {
  /** What it is saved as. */
  name: string;
  /** The zip; it fails if a file is not what the pathway says of it. */
  zip: Readable;
}

/** The framework that a pathway is aligned to, as CASE; null if it has none, or the institution does not have that version. */
async function readFramework(
  institutionId: string,
  framework: { key: string; version: number } | null,
): Promise<unknown> {
  if (!framework) return null;
  const which = { key: framework.key, n: framework.version };
  if (!(await findFramework(institutionId, which.key, which.n))) return null;
  return JSON.parse(await exportFramework(institutionId, which, 'case'));
}

/**
 * Content of the institution as a bundle, with the files that it offers and the framework that it is aligned to.
 *
 * @throws {AppError} CONTENT_FILE_MISSING; BUNDLE_REFUSED if a file has a name that no bundle can hold
 */
async function toBundle(institutionId: string, written: WrittenPathway): Promise<Readable> {
  const content = upgradePathway(written);
  await requireContentFiles(institutionId, content);
  return writeBundle({
    content: written,
    framework: await readFramework(institutionId, content.framework),
    files: toOfferedFiles(content, (sha256) => openContentFile(institutionId, sha256)),
  });
}

/** The newest version of a pathway as a bundle. @throws {AppError} NOT_FOUND, CONTENT_FILE_MISSING */
export async function exportVersion(
  institutionId: string,
  key: string,
): Promise<ExportedBundle & { title: string; n: number; contentHash: string }> {
  const { content, n, contentHash } = await getWrittenPathway(institutionId, key);
  const zip = await toBundle(institutionId, content);
  return { name: `${content.slug}-${n}.zip`, zip, title: content.title, n, contentHash };
}

/** A draft as a bundle. @throws {AppError} NOT_FOUND, NOT_PUBLISHABLE without modules, CONTENT_FILE_MISSING */
async function exportDraft(institutionId: string, draftId: string): Promise<ExportedBundle> {
  await getDraft(institutionId, draftId);
  const content = await inTransaction((tx) => readDraftContent(institutionId, draftId, tx));
  return { name: `${content.slug}-draft.zip`, zip: await toBundle(institutionId, content) };
}

/** What a link to a bundle leads to. */
const KINDS = ['pathways', 'drafts'] as const;
type Kind = (typeof KINDS)[number];

const isKind = (text: string): text is Kind => KINDS.some((kind) => kind === text);

/** Where links to bundles lead: `/bundles/:kind/:id`. */
export const BUNDLES_PATH = '/bundles';

/**
 * A link to a bundle for one session.
 *
 * @throws {AppError} what keeps it from being exported now, so that it is said where it was asked for and not by a broken download
 */
export async function getBundleLink(
  deps: Pick<Deps, 'config' | 'clock'>,
  session: LiveSession,
  { kind, id }: { kind: Kind; id: string },
): Promise<{ url: string }> {
  const { institutionId } = session;
  const { zip } =
    kind === 'drafts' ? await exportDraft(institutionId, id) : await exportVersion(institutionId, id);
  zip.destroy();
  const path = `${BUNDLES_PATH}/${kind}/${id}`;
  return { url: toSignedLink(deps, { path, target: path }, session) };
}

/**
 * The bundle that a signed link leads to.
 *
 * @throws {AppError} FILE_LINK_EXPIRED, SESSION_OVER, FORBIDDEN once the role is lost, and what exporting throws
 */
export async function openBundleLink(
  deps: ArtifactDeps,
  link: { kind: string; id: string; exp: string; sig: string },
): Promise<ExportedBundle & { session: LiveSession }> {
  const { kind, id } = link;
  if (!isKind(kind)) throw notFound('This bundle');
  const session = await openLink(deps, { ...link, target: `${BUNDLES_PATH}/${kind}/${id}` });
  if (!session.rights.reach(['designer', 'admin']))
    throw new AppError('FORBIDDEN', 'Only course designers can export content.');
  const { institutionId } = session;
  const exported =
    kind === 'drafts' ? await exportDraft(institutionId, id) : await exportVersion(institutionId, id);
  return { ...exported, session };
}
