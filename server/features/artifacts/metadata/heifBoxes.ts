import { Refused } from '../checks/refusals.ts';

/**
 * How many boxes of one list, and extents of items, are read at once; a picture of a thousand tiles has a few thousand of both.
 */
const LIST_MAX = 20_000;

/** A box of an ISO base media file: positions in the buffer or file from which it was read. */
export interface Box {
  type: string;
  start: number;
  body: number;
  end: number;
}

/** Bytes of an item, at a position in the file. */
export interface Extent {
  type: string;
  at: number;
  length: number;
  /** The item begins here. */
  first: boolean;
}

/** Length of a box's header, and of the whole box, in either form. */
function lengthsOf(data: Buffer, at: number, until: number): { header: number; length: number } {
  const short = data.readUInt32BE(at);
  if (short === 1 && at + 16 <= until) return { header: 16, length: Number(data.readBigUInt64BE(at + 8)) };
  return { header: 8, length: short === 0 ? until - at : short };
}

/** Boxes within `data`, starting at `from`; stops where they are no longer well formed. @throws {Refused} too_complex */
export function boxesOf(data: Buffer, from: number, until = data.length): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= until;) {
    const { header, length } = lengthsOf(data, at, until);
    const end = at + length;
    if (length < header || end > until) break;
    if (boxes.length >= LIST_MAX) throw new Refused('too_complex');
    boxes.push({ type: data.toString('latin1', at + 4, at + 8), start: at, body: at + header, end });
    at = end;
  }
  return boxes;
}

const find = (boxes: readonly Box[], type: string): Box | undefined => boxes.find((box) => box.type === type);

/** Where the entries of an `iinf` begin. */
const entriesAt = (meta: Buffer, iinf: Box): number => iinf.body + ((meta[iinf.body] ?? 0) > 0 ? 8 : 6);

/**
 * True if the metadata may contain boxes that we do not see and a reader may: after one that is not well formed, or in a second
 * list beside the first.
 */
export function mayHideItems(meta: Buffer, children: readonly Box[]): boolean {
  const isBroken = (boxes: readonly Box[], from: number, until: number): boolean =>
    until - (boxes.at(-1)?.end ?? from) >= 8;
  if (isBroken(children, 4, meta.length)) return true;
  return ['iinf', 'iloc'].some((type) => {
    const [list, ...others] = children.filter((box) => box.type === type);
    if (others.length > 0) return true;
    if (!list || type === 'iloc') return false;
    const from = entriesAt(meta, list);
    return isBroken(boxesOf(meta, from, list.end), from, list.end);
  });
}

/** Ids of the items that hold EXIF or XMP, with their type. */
export function exifAndXmpItems(meta: Buffer, children: readonly Box[]): Map<number, string> {
  const items = new Map<number, string>();
  const iinf = find(children, 'iinf');
  if (!iinf) return items;
  for (const infe of boxesOf(meta, entriesAt(meta, iinf), iinf.end)) {
    const version = meta[infe.body] ?? 0;
    if (infe.type !== 'infe' || version < 2) continue;
    const idBytes = version === 2 ? 2 : 4;
    const id = meta.readUIntBE(infe.body + 4, idBytes);
    const typeAt = infe.body + 4 + idBytes + 2;
    const type = meta.toString('latin1', typeAt, typeAt + 4);
    const names = meta.toString('latin1', typeAt + 4, infe.end);
    if (type === 'Exif' || (type === 'mime' && names.includes('rdf+xml'))) items.set(id, type);
  }
  return items;
}

/** The largest `ispe` (pixels) among the image properties; zeros if there is none. */
export function largestExtent(meta: Buffer, children: readonly Box[]): { width: number; height: number } {
  let best = { width: 0, height: 0 };
  const iprp = find(children, 'iprp');
  const ipco = iprp && find(boxesOf(meta, iprp.body, iprp.end), 'ipco');
  if (!ipco) return best;
  for (const box of boxesOf(meta, ipco.body, ipco.end)) {
    if (box.type !== 'ispe') continue;
    const width = meta.readUInt32BE(box.body + 4);
    const height = meta.readUInt32BE(box.body + 8);
    if (width * height > best.width * best.height) best = { width, height };
  }
  return best;
}

/** Reads numbers of 0, 4 or 8 bytes one after another. */
class Cursor {
  readonly #data: Buffer;
  at: number;

  constructor(data: Buffer, at: number) {
    this.#data = data;
    this.at = at;
  }

  next(bytes: number): number {
    const at = this.at;
    this.at += bytes;
    if (bytes === 0) return 0;
    return bytes === 8 ? Number(this.#data.readBigUInt64BE(at)) : this.#data.readUIntBE(at, bytes);
  }
}

interface Wanted {
  meta: Buffer;
  /** Position of `meta` in the file. */
  metaAt: number;
  children: readonly Box[];
  items: ReadonlyMap<number, string>;
}

/**
 * Where the wanted items are in the file. `missed` if one is stored within another item, where we do not follow.
 *
 * @throws {Refused} too_complex: extents may take no byte at all, so a few bytes can claim billions
 */
export function extentsOf(wanted: Wanted): { extents: Extent[]; missed: boolean } {
  const { meta, metaAt, children, items } = wanted;
  const extents: Extent[] = [];
  const iloc = find(children, 'iloc');
  if (!iloc) return { extents, missed: items.size > 0 };
  const idat = find(children, 'idat');
  const version = meta[iloc.body] ?? 0;
  const sizes = meta.readUInt16BE(iloc.body + 4);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const cursor = new Cursor(meta, iloc.body + 6);
  const located = new Set<number>();
  const idBytes = version < 2 ? 2 : 4;
  let left = LIST_MAX;
  for (let count = cursor.next(idBytes); count > 0; count--) {
    if (--left < 0) throw new Refused('too_complex');
    const id = cursor.next(idBytes);
    const method = version === 0 ? 0 : cursor.next(2) & 15;
    cursor.next(2); // data reference
    const base = cursor.next(baseBytes);
    const type = items.get(id);
    const origin = method === 0 ? base : method === 1 && idat ? metaAt + idat.body + base : null;
    if (type && origin !== null) located.add(id);
    for (let i = cursor.next(2), first = true; i > 0; i--, first = false) {
      if (--left < 0) throw new Refused('too_complex');
      cursor.next(indexBytes);
      const at = cursor.next(offsetBytes);
      const length = cursor.next(lengthBytes);
      if (type && origin !== null && length > 0) extents.push({ type, at: origin + at, length, first });
    }
  }
  return { extents, missed: located.size < items.size };
}
