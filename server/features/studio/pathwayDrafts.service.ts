import { randomUUID } from 'node:crypto';
import type { PathwayContent } from '../../../contract/content.ts';
import { copyContent } from '../../../contract/contentCopies.ts';
import { ALWAYS } from '../../../contract/rules.ts';
import type { DraftSource } from '../../../contract/studio.ts';
import { splitPathway, type PathwayPart } from '../../../contract/studioParts.ts';
import type { Deps } from '../../deps.ts';
import { notFound } from '../../errors.ts';
import type { Actor } from '../audit/audit.service.ts';
import { findPublishedContent } from '../catalog/publishedContent.service.ts';
import { findOrBegin, type Beginning } from './drafts.service.ts';
import { toSlug } from './slugs.ts';

function blankPart({ pathwayKey, title, strand }: Extract<DraftSource, { from: 'blank' }>): PathwayPart {
  return {
    type: 'pathway',
    key: pathwayKey,
    slug: toSlug(title, 'pathway', pathwayKey),
    title,
    framework: null,
    strand,
    vision: '',
    licence: '',
    source: '',
    modules: [],
    tracks: [],
    completes: ALWAYS,
    badge: null,
  };
}

async function getPublished(
  institutionId: string,
  key: string,
): Promise<{ n: number; content: PathwayContent }> {
  const published = await findPublishedContent(institutionId, key);
  if (!published) throw notFound('This pathway');
  return published;
}

/** What a new draft holds. @throws {AppError} NOT_FOUND if what it is to begin from is not there */
async function toBeginning(institutionId: string, source: DraftSource): Promise<Beginning> {
  switch (source.from) {
    case 'blank':
      return { parts: [blankPart(source)], baseVersion: null };
    case 'version': {
      const { n, content } = await getPublished(institutionId, source.pathwayKey);
      return { parts: splitPathway(content), baseVersion: n };
    }
    case 'copy': {
      const { content } = await getPublished(institutionId, source.of);
      return { parts: splitPathway(copyContent(content, source.pathwayKey, randomUUID)), baseVersion: null };
    }
  }
}

/**
 * Begins the draft of a pathway's next version, or finds the one that is open: two who begin at once get the same.
 *
 * @returns its id
 * @throws {AppError} NOT_FOUND if what it is to begin from is not there
 */
export async function beginDraft(
  deps: Pick<Deps, 'clock'>,
  actor: Actor & { personId: string },
  source: DraftSource,
): Promise<string> {
  const { from, pathwayKey } = source;
  return findOrBegin(deps, actor, {
    kind: 'pathway',
    contentKey: pathwayKey,
    facts: { from, pathwayKey },
    begin: () => toBeginning(actor.institutionId, source),
  });
}
