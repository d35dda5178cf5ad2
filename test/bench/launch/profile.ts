import type { Profiler } from 'node:inspector/promises';

/** One owner of CPU time and its share. */
export interface Share {
  owner: string;
  percent: number;
}

/** Packages that are parts of one thing. */
const OWNERS: readonly (readonly [RegExp, string])[] = [
  [/^(mongodb|bson|mongodb-connection-string-url)$/, 'MongoDB driver'],
  [/^(mongoose|mquery|kareem|mpath|sift)$/, 'mongoose'],
  [/^(pino|sonic-boom|thread-stream|quick-format-unescaped|safe-stable-stringify|pino-.*)$/, 'pino'],
  [/^(jsonwebtoken|jws|jwa|jose|rasha|ecdsa-sig-formatter)$/, 'tokens (jsonwebtoken, jose)'],
  [
    /^(express|router|body-parser|raw-body|send|serve-static|path-to-regexp|finalhandler|qs|type-is|accepts|negotiator|etag|fresh|mime-types|content-type|content-disposition|cookie|parseurl|on-finished|depd|iconv-lite|debug|ms|vary|proxy-addr|bytes)$/,
    'express and its parts',
  ],
];

function packageOf(url: string): string | null {
  const after = url.split('/node_modules/').at(-1);
  if (after === undefined || after === url) return null;
  const [first = '', second = ''] = after.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** Node's own names for handing bytes to the kernel; on loopback it delivers them in the same call. */
const SOCKET_WRITE = /^(writeBuffer|writev|write(Utf8|Latin1|Ascii)String)$/;

const IDLE = 'idle';
const INHERITED = 'inherited';
const NODE = 'node by itself';

function ownerOf({ functionName, url }: Profiler.ProfileNode['callFrame']): string {
  if (functionName === '(idle)') return IDLE;
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (functionName === '(program)') return 'V8 and libuv outside of JavaScript';
  const name = packageOf(url);
  if (name !== null) return OWNERS.find(([names]) => names.test(name))?.[1] ?? name;
  if (/\/dist\/(server|contract)\//.test(url)) {
    if (/\/server\/lti\//.test(url)) return 'own code: lti';
    return /\/server\/features\//.test(url) ? 'own code: features' : 'own code: the rest';
  }
  return url.startsWith('node:inspector') ? IDLE : INHERITED;
}

/**
 * Self time by owner, without idle time and the profiler's own. What Node and V8 do for a caller (crypto, JSON, a
 * file's write) counts for the nearest caller that has an owner, the write of a socket beside it; what has none is Node's own: parsing HTTP,
 * reading sockets, its queues.
 */
export function sharesOf(profile: Profiler.Profile): Share[] {
  const owners = new Map<number, string>();
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const visit = (id: number, inherited: string): void => {
    const node = byId.get(id);
    if (!node) return;
    const own = ownerOf(node.callFrame);
    const owner = own === INHERITED ? inherited : own;
    const writes = own === INHERITED && SOCKET_WRITE.test(node.callFrame.functionName);
    owners.set(id, writes ? `${owner}: writing to its sockets` : owner);
    for (const child of node.children ?? []) visit(child, owner);
  };
  const root = profile.nodes[0];
  if (root) visit(root.id, NODE);

  const times = new Map<string, number>();
  let all = 0;
  profile.samples?.forEach((id, at) => {
    const owner = owners.get(id) ?? NODE;
    const micros = Math.max(0, profile.timeDeltas?.[at] ?? 0);
    if (owner === IDLE) return;
    all += micros;
    times.set(owner, (times.get(owner) ?? 0) + micros);
  });
  return [...times]
    .map(([owner, micros]) => ({ owner, percent: (100 * micros) / all }))
    .sort((a, b) => b.percent - a.percent);
}
