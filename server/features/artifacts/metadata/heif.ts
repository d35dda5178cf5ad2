import { Refused } from '../checks/refusals.ts';
import type { Source } from '../storage/chunkReader.ts';
import {
  boxesOf,
  exifAndXmpItems,
  extentsOf,
  largestExtent,
  mayHideItems,
  type Box,
  type Extent,
} from './heifBoxes.ts';
import { checkPixels, readExactly, StripPlan } from './stripPlan.ts';

const META_MAX = 2 * 1024 * 1024;
const TOP_LEVEL_MAX = 1000;
/** Boxes that the pictures need; others (uuid, vendors' videos, a second `meta`) are blanked in place. */
const KEPT = new Set(['ftyp', 'meta', 'mdat', 'moov', 'free', 'skip', 'styp', 'pdin']);

/** An Exif item that is well formed and empty: offset of the TIFF header, then a TIFF without entries. */
const EMPTY_EXIF = Buffer.from('000000004d4d002a00000008000000000000', 'hex');

interface TopLevel {
  boxes: Box[];
  meta: Buffer | null;
  metaAt: number;
}

async function readTopLevel(source: Source): Promise<TopLevel> {
  const boxes: Box[] = [];
  let meta: Buffer | null = null;
  let metaAt = 0;
  for (let at = 0; at + 8 <= source.size;) {
    const head = await source.readAt(at, 16);
    const short = head.readUInt32BE(0);
    const headerLength = short === 1 ? 16 : 8;
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? source.size - at : short;
    const end = at + length;
    if (length < headerLength || end > source.size) throw new Refused('damaged');
    if (boxes.length >= TOP_LEVEL_MAX) throw new Refused('too_complex');
    const box = { type: head.toString('latin1', 4, 8), start: at, body: at + headerLength, end };
    boxes.push(box);
    if (box.type === 'meta' && !meta) {
      if (length > META_MAX) throw new Refused('too_complex');
      meta = await readExactly(source, box.body, box.end - box.body);
      metaAt = box.body;
    }
    at = end;
  }
  return { boxes, meta, metaAt };
}

interface Patch {
  at: number;
  length: number;
  /** Written to the beginning of the range if it fits; zeros fill the rest. */
  bytes: Buffer;
}

function blank(plan: StripPlan, patch: Patch): void {
  const fits = patch.bytes.length <= patch.length;
  if (fits && patch.bytes.length > 0) plan.insert(patch.bytes);
  plan.zeros(patch.length - (fits ? patch.bytes.length : 0));
}

function toPatches(extents: readonly Extent[]): Patch[] {
  return extents.map((extent) => ({
    at: extent.at,
    length: extent.length,
    bytes: extent.first && extent.type === 'Exif' ? EMPTY_EXIF : Buffer.alloc(0),
  }));
}

function strangers(boxes: readonly Box[]): Patch[] {
  const meta = boxes.find(({ type }) => type === 'meta');
  return boxes
    .filter((box) => !KEPT.has(box.type) || (box.type === 'meta' && box !== meta))
    .flatMap((box) => [
      { at: box.start + 4, length: 4, bytes: Buffer.from('free', 'latin1') },
      { at: box.body, length: box.end - box.body, bytes: Buffer.alloc(0) },
    ]);
}

/**
 * Plans a HEIC, HEIF or AVIF whose Exif and XMP items are blanked in place, so that no offset changes. The rotation is a property
 * of the image itself and stays. If items are stored in a way that we do not follow, `mayHoldMore` is set.
 *
 * @see ISO/IEC 23008-12 (items), 14496-12 §8.11 (meta, iinf, iloc)
 * @throws {Refused} damaged, image_too_large
 */
export async function planHeif(source: Source): Promise<StripPlan> {
  const plan = new StripPlan();
  const { boxes, meta, metaAt } = await readTopLevel(source);
  // image sequences have metadata in their tracks too
  plan.mayHoldMore = boxes.some((box) => box.type === 'moov');
  const patches = strangers(boxes);
  if (meta) {
    const children = boxesOf(meta, 4);
    const { width, height } = largestExtent(meta, children);
    if (width > 0) checkPixels(width, height);
    const found = extentsOf({ meta, metaAt, children, items: exifAndXmpItems(meta, children) });
    plan.mayHoldMore ||= found.missed || mayHideItems(meta, children);
    patches.push(...toPatches(found.extents));
  } else if (!plan.mayHoldMore) throw new Refused('damaged');
  let at = 0;
  for (const patch of patches.sort((a, b) => a.at - b.at)) {
    if (patch.at < at || patch.at + patch.length > source.size) {
      plan.mayHoldMore = true; // overlapping or outside: crafted by hand
      continue;
    }
    plan.keep(at, patch.at);
    blank(plan, patch);
    at = patch.at + patch.length;
  }
  plan.keep(at, source.size);
  return plan;
}
