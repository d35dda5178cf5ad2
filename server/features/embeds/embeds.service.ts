import { readEmbedHosts, toEmbedPage, type EmbedPage } from '../../../contract/embeds.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { LiveSession } from '../../http/liveSession.ts';
import type { ArtifactDeps } from '../artifacts/artifacts.deps.ts';
import { openLink, toSignedLink } from '../artifacts/fileLinks.service.ts';
import { getSettings } from '../institutions/settings.service.ts';

/** Where the pages are that frame something. */
export const EMBEDS_PATH = '/embeds';

/** @throws {AppError} EMBED_REFUSED */
async function getPage(
  deps: Pick<Deps, 'clock' | 'log'>,
  institutionId: string,
  url: string,
): Promise<EmbedPage> {
  const { embedHosts } = await getSettings(deps, institutionId);
  const page = toEmbedPage(url, readEmbedHosts(embedHosts ?? '') ?? []);
  if (page) return page;
  throw new AppError(
    'EMBED_REFUSED',
    'Your institution does not show pages of this site here. Open it in a new tab instead.',
  );
}

const targetOf = (url: string): string => `embed ${url}`;

/**
 * A link to a page of ours that frames an address, for one session.
 *
 * @throws {AppError} EMBED_REFUSED if the institution does not allow its host
 */
export async function getFrameLink(
  deps: Pick<Deps, 'clock' | 'log' | 'config'>,
  session: LiveSession,
  url: string,
): Promise<{ url: string }> {
  await getPage(deps, session.institutionId, url);
  const signed = toSignedLink(deps, { path: EMBEDS_PATH, target: targetOf(url) }, session);
  return { url: `${signed}&url=${encodeURIComponent(url)}` };
}

/**
 * What the page of a signed link frames. The settings are asked again: a host may have been taken out meanwhile.
 *
 * @throws {AppError} FILE_LINK_EXPIRED, SESSION_OVER, EMBED_REFUSED
 */
export async function openFrameLink(
  deps: ArtifactDeps,
  link: { url: string; exp: string; sig: string },
): Promise<EmbedPage> {
  const { institutionId } = await openLink(deps, { ...link, target: targetOf(link.url) });
  return getPage(deps, institutionId, link.url);
}
