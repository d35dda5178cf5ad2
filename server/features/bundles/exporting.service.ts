import type { Readable } from 'node:stream';
import { toOfferedFiles } from '../../bundles/files.ts';
import { writeBundle } from '../../bundles/writeBundle.ts';
import { upgradePathway, type WrittenPathway } from '../../../contract/contentUpgrades.ts';
import type { FormContent } from '../../../contract/observationForms.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { ArtifactDeps } from '../artifacts/artifacts.deps.ts';
import { openLink, toSignedLink } from '../artifacts/fileLinks.service.ts';
import { getWrittenPathway } from '../catalog/written.service.ts';
import { openContentFile, requireContentFiles } from '../contentFiles/contentFiles.service.ts';
import { exportFramework } from '../frameworks/formats.service.ts';
import { getFormVersion, getNewestForm } from '../observationForms/forms.service.ts';
import { findFramework } from '../frameworks/frameworks.service.ts';
import { FORM, PATHWAY, readDraftContent } from '../studio/publishDraft.service.ts';
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
async function toPathwayBundle(institutionId: string, written: WrittenPathway): Promise<Readable> {
  const content = upgradePathway(written);
  await requireContentFiles(institutionId, content);
  return writeBundle({
    kind: 'pathway',
    content: written,
    framework: await readFramework(institutionId, content.framework),
    files: toOfferedFiles(content, (sha256) => openContentFile(institutionId, sha256)),
  });
}

/** An observation form as a bundle, with the framework that it is aligned to. */
async function toFormBundle(institutionId: string, content: FormContent): Promise<Readable> {
  const framework = await readFramework(institutionId, content.framework);
  return writeBundle({ kind: 'form', content, framework, files: [] });
}

/** A version of an observation form as a bundle; with null its newest. @throws {AppError} NOT_FOUND */
export async function exportFormVersion(
  institutionId: string,
  key: string,
  which: number | null,
): Promise<ExportedBundle & { title: string; n: number; contentHash: string }> {
  const version =
    which === null ? getNewestForm(institutionId, key) : getFormVersion(institutionId, key, which);
  const { content, n, contentHash } = await version;
  const zip = await toFormBundle(institutionId, content);
  return { name: `${content.slug}-${n}.zip`, zip, title: content.title, n, contentHash };
}

/** A version of a pathway as a bundle; with null its newest. @throws {AppError} NOT_FOUND, CONTENT_FILE_MISSING */
export async function exportVersion(
  institutionId: string,
  key: string,
  which: number | null,
): Promise<ExportedBundle & { title: string; n: number; contentHash: string }> {
  const { content, n, contentHash } = await getWrittenPathway(institutionId, key, which);
  const zip = await toPathwayBundle(institutionId, content);
  return { name: `${content.slug}-${n}.zip`, zip, title: content.title, n, contentHash };
}

/** A draft as a bundle. @throws {AppError} NOT_FOUND, NOT_PUBLISHABLE without modules, CONTENT_FILE_MISSING */
async function exportDraft(institutionId: string, draftId: string): Promise<ExportedBundle> {
  const { kind } = await getDraft(institutionId, draftId);
  const place = { institutionId, draftId };
  if (kind === 'form') {
    const content = await inTransaction((tx) => readDraftContent(place, FORM, tx));
    return { name: `${content.slug}-draft.zip`, zip: await toFormBundle(institutionId, content) };
  }
  const content = await inTransaction((tx) => readDraftContent(place, PATHWAY, tx));
  return { name: `${content.slug}-draft.zip`, zip: await toPathwayBundle(institutionId, content) };
}

/** What is exported. */
type Exportable = { kind: 'drafts'; id: string } | { kind: 'pathways' | 'forms'; id: string; n: number };

function exportOne(institutionId: string, what: Exportable): Promise<ExportedBundle> {
  switch (what.kind) {
    case 'drafts':
      return exportDraft(institutionId, what.id);
    case 'pathways':
      return exportVersion(institutionId, what.id, what.n);
    case 'forms':
      return exportFormVersion(institutionId, what.id, what.n);
  }
}

/** Where links to bundles lead: `/bundles/drafts/:id`, `/bundles/pathways/:id/:n` or `/bundles/forms/:id/:n`. */
export const BUNDLES_PATH = '/bundles';

const pathOf = (what: Exportable): string =>
  [BUNDLES_PATH, what.kind, what.id, ...(what.kind === 'drafts' ? [] : [what.n])].join('/');

/** What a path leads to; null if it leads to nothing that is exported. */
function toExportable({ kind, id, n }: { kind: string; id: string; n?: string }): Exportable | null {
  if (kind === 'drafts' && n === undefined) return { kind, id };
  return (kind === 'pathways' || kind === 'forms') && n !== undefined ? { kind, id, n: Number(n) } : null;
}

/**
 * A link to a bundle for one session.
 *
 * @throws {AppError} what keeps it from being exported now, so that it is said where it was asked for and not by a broken download
 */
export async function getBundleLink(
  deps: Pick<Deps, 'config' | 'clock'>,
  session: LiveSession,
  what: Exportable,
): Promise<{ url: string }> {
  const { zip } = await exportOne(session.institutionId, what);
  zip.destroy();
  const path = pathOf(what);
  return { url: toSignedLink(deps, { path, target: path }, session) };
}

/**
 * The bundle that a signed link leads to.
 *
 * @throws {AppError} FILE_LINK_EXPIRED, SESSION_OVER, FORBIDDEN once the role is lost, and what exporting throws
 */
export async function openBundleLink(
  deps: ArtifactDeps,
  link: { kind: string; id: string; n?: string; exp: string; sig: string },
): Promise<ExportedBundle & { session: LiveSession }> {
  const what = toExportable(link);
  if (!what) throw notFound('This bundle');
  // only what was signed gets further, so a number that is none does not
  const session = await openLink(deps, { exp: link.exp, sig: link.sig, target: pathOf(what) });
  if (!session.rights.reach(['designer', 'admin']))
    throw new AppError('FORBIDDEN', 'Only course designers can export content.');
  return { ...(await exportOne(session.institutionId, what)), session };
}
