import type { ClientSession } from 'mongoose';
import { findFrameworkFaults } from '../../../contract/frameworkRules.ts';
import { FrameworkContent, FRAMEWORKS_MAX } from '../../../contract/frameworks.ts';
import { findOpenPoints, toOverlayContent } from '../../../contract/overlayEdits.ts';
import type { OverlayEdits, PublishOverlay } from '../../../contract/overlays.ts';
import { toCanonicalJson } from '../../canonicalJson.ts';
import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, isDuplicateKey, notFound } from '../../errors.ts';
import type { Actor } from '../audit/audit.service.ts';
import {
  CONTENT_MAX_BYTES,
  countFrameworks,
  findFramework,
  publishInTransaction,
  toFreeSlug,
  type PublishedFramework,
} from '../frameworks/frameworks.service.ts';
import { OverlayDraftModel, type OverlayDraftDoc } from './overlayDraft.model.ts';
import { editsOf } from './overlays.service.ts';

const changed = (): AppError =>
  new AppError(
    'STUDIO_CHANGED',
    'Somebody has changed this overlay since you looked. Look at it once more, then publish.',
  );

/** Closes a draft as it was seen, so that nothing more is saved into it. @throws {AppError} NOT_FOUND, STUDIO_CHANGED */
async function closeDraft(
  institutionId: string,
  draftId: string,
  revision: number,
  tx: ClientSession,
): Promise<OverlayDraftDoc> {
  const open = { institutionId, _id: draftId, state: 'open' } as const;
  const closed = await OverlayDraftModel.findOneAndUpdate(
    { ...open, revision },
    { $set: { state: 'published' } },
    { session: tx },
  ).lean();
  if (closed) return closed;
  if (!(await OverlayDraftModel.findOne(open).session(tx).lean())) throw notFound('This draft');
  throw changed();
}

/** What a draft does not say about its next version. */
async function toRest(
  institutionId: string,
  key: string,
  { newest, core, edits }: { newest: PublishedFramework | null; core: FrameworkContent; edits: OverlayEdits },
): Promise<FrameworkContent> {
  if (newest) return newest.content;
  if ((await countFrameworks(institutionId)) >= FRAMEWORKS_MAX)
    throw new AppError(
      'FRAMEWORK_REFUSED',
      `There are ${FRAMEWORKS_MAX} frameworks here, the most there can be.`,
    );
  return {
    ...core,
    key,
    slug: await toFreeSlug(institutionId, edits.title, key),
    version: '',
    // those of the core are added whenever both are put together
    acknowledgement: '',
    crosswalk: [],
    extra: null,
  };
}

/** @throws {AppError} NOT_PUBLISHABLE, FRAMEWORK_REFUSED */
function requireFit(edits: OverlayEdits, core: FrameworkContent, rest: FrameworkContent): FrameworkContent {
  if (findOpenPoints(edits, core).length > 0)
    throw new AppError(
      'NOT_PUBLISHABLE',
      'Something in this overlay has to be settled before it is published.',
    );
  const { data: content } = FrameworkContent.safeParse(toOverlayContent(edits, core, rest));
  if (!content)
    throw new AppError('NOT_PUBLISHABLE', 'Say who adapts the framework, and give everything a title.');
  const [fault] = findFrameworkFaults(content, core);
  if (fault) throw new AppError('NOT_PUBLISHABLE', fault.message);
  if (Buffer.byteLength(toCanonicalJson(content)) > CONTENT_MAX_BYTES)
    throw new AppError('DRAFT_TOO_LARGE', 'This overlay is too large. Take some of its items out.');
  return content;
}

/**
 * Publishes a draft, as it was seen, as the next version of its overlay: one transaction, with the draft closed in it. Two who publish
 * at once make one version. Content that is already published makes none.
 *
 * @returns the number of the version that is the newest now
 * @throws {AppError} NOT_PUBLISHABLE, FRAMEWORK_REFUSED, STUDIO_CHANGED, NOT_FOUND
 */
export async function publishOverlay(
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  draftId: string,
  seen: PublishOverlay,
): Promise<{ key: string; n: number }> {
  const { institutionId } = actor;
  try {
    return await inTransaction(async (tx) => {
      const draft = await closeDraft(institutionId, draftId, seen.revision, tx);
      const { frameworkKey: key } = draft;
      const edits = editsOf(draft);
      const core = await findFramework(institutionId, edits.core.key, edits.core.version, tx);
      if (!core || core.content.overlay) throw notFound('The core of this overlay');
      const newest = await findFramework(institutionId, key, undefined, tx);
      if ((newest?.n ?? null) !== seen.newest) throw changed();
      const rest = await toRest(institutionId, key, { newest, core: core.content, edits });
      const content = requireFit(edits, core.content, rest);
      const { n } = await publishInTransaction(deps, actor, content, tx);
      return { key, n };
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // somebody else published a version or took the slug at the same moment: look again
    return publishOverlay(deps, actor, draftId, seen);
  }
}
