import { z } from 'zod';
import { ADDRESS_MAX } from './address.ts';
import { endpoint } from './endpoint.ts';

/** A name of a host as DNS has it, without a port: what `embedHosts` lists. */
const HOST = /^(?=.{4,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

/** "www.youtube-nocookie.com, player.vimeo.com" as hosts; null if one of them is none. */
export function readEmbedHosts(text: string): string[] | null {
  const hosts = text.split(',').map((host) => host.trim()).filter(Boolean); // prettier-ignore
  return hosts.every((host) => HOST.test(host)) ? hosts : null;
}

/** Pages that refuse to be framed, and the address at which their site offers the same for a frame. */
const PLAYERS: readonly [page: RegExp, player: (id: string) => string][] = [
  [
    /^https:\/\/(?:www\.|m\.)?youtube\.com\/watch\?(?:[^#]*&)?v=([\w-]{11})(?:[&#]|$)/,
    (id) => `https://www.youtube-nocookie.com/embed/${id}`,
  ],
  [/^https:\/\/youtu\.be\/([\w-]{11})(?:[?#]|$)/, (id) => `https://www.youtube-nocookie.com/embed/${id}`],
  [
    /^https:\/\/(?:www\.)?youtube(?:-nocookie)?\.com\/embed\/([\w-]{11})(?:[?#]|$)/,
    (id) => `https://www.youtube-nocookie.com/embed/${id}`,
  ],
  [/^https:\/\/(?:www\.)?vimeo\.com\/(\d+)(?:[?#]|$)/, (id) => `https://player.vimeo.com/video/${id}`],
];

/** What is framed for an address: a page of a host, over https. */
export interface EmbedPage {
  readonly address: string;
  readonly host: string;
}

/**
 * The page that is framed for an address, if an institution allows its host.
 *
 * @param hosts  as `readEmbedHosts` gives them
 * @returns null if it is no address over https, or of another host: then it stays a link
 */
export function toEmbedPage(url: string, hosts: readonly string[]): EmbedPage | null {
  const player = PLAYERS.flatMap(([page, toPlayer]) => {
    const id = page.exec(url)?.[1];
    return id === undefined ? [] : [toPlayer(id)];
  })[0];
  const address = player ?? url;
  const host = /^https:\/\/([a-z0-9.-]+)(?:[/?#]|$)/.exec(address)?.[1];
  // written as it is sent: nothing in it can end an attribute, a header or a host
  if (host === undefined || !hosts.includes(host) || /[^\w\-.~:/?#[\]@!$&()*+,;=%]/.test(address))
    return null;
  return { address, host };
}

export const embedEndpoints = {
  /** The frame is a page of ours whose own policy allows the one host, so that the policy of all other pages allows none. */
  frame: endpoint({
    method: 'post',
    repeats: 'anew',
    path: '/embeds/frame',
    summary: 'A page of ours that frames a video or page of a host that the institution allows',
    who: ['anyone'],
    body: z.strictObject({ url: z.string().max(ADDRESS_MAX) }),
    reply: z.strictObject({
      /** Signed for this session, 4 to 5 minutes. */
      url: z.string(),
    }),
  }),
} as const;
