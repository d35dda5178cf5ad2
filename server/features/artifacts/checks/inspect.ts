import { isUtf8 } from 'node:buffer';
import { fileTypeFromBuffer } from 'file-type';
import type { ArtifactKind, ArtifactNote } from '../../../../contract/artifacts.ts';
import { toError } from '../toError.ts';
import { planGif } from '../metadata/gif.ts';
import { planHeif } from '../metadata/heif.ts';
import { planJpeg } from '../metadata/jpeg.ts';
import { planPng } from '../metadata/png.ts';
import type { StripPlan } from '../metadata/stripPlan.ts';
import { planWebp } from '../metadata/webp.ts';
import type { Source } from '../storage/chunkReader.ts';
import { acceptedType, refusalOfType } from './mediaTypes.ts';
import { Refused } from './refusals.ts';
import { hasAudioFrames, isProgram, isZip, markupOf } from './signatures.ts';
import { checkText } from './textCheck.ts';
import { pace, type PacedSource } from './work.ts';
import { checkZip } from './zipCheck.ts';

/** Bytes at the beginning by which a type is first detected. */
export const HEAD_BYTES = 64 * 1024;

/** What the beginning shows: a type, or that all of it must be read. */
type Sniffed = { mediaType: string } | 'zip' | 'text' | 'late_pdf';

/** Bytes that do not occur in plain text: controls except tab, line ends, form feed and escape. */
const isControl = (byte: number): boolean =>
  byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d && byte !== 0x1b;

/** The longest prefix of `head` that ends with a complete character. */
function wholeCharacters(head: Buffer): Buffer {
  let end = head.length;
  while (end > 0 && end > head.length - 4 && ((head[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return (head[end - 1] ?? 0) >= 0xc0 ? head.subarray(0, end - 1) : head;
}

function looksLikeText(head: Buffer): boolean {
  return !head.some(isControl) && isUtf8(wholeCharacters(head));
}

/** Bytes at the beginning within which readers look for a PDF's header. @see ISO 32000-1 Annex H, note 13 */
const PDF_HEADER_WITHIN = 1024;
/** Bytes at the end within which they look for its end marker. */
const PDF_END_WITHIN = 2048;

/** Position of a PDF's header; -1 if there is none. A byte order mark or white space before it is ignored. */
function pdfHeaderAt(head: Buffer): number {
  const found = /^([\s\S]*?)%PDF-(?=\d)/.exec(head.toString('latin1', 0, PDF_HEADER_WITHIN + 5));
  if (!found) return -1;
  return /^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*$/.test(found[1] ?? '') ? 0 : (found[1] ?? '').length;
}

async function endsAsPdf(source: Source): Promise<boolean> {
  const end = await source.readAt(Math.max(0, source.size - PDF_END_WITHIN), PDF_END_WITHIN);
  return end.includes('%%EOF') || end.includes('startxref');
}

function sniffText(head: Buffer): Sniffed {
  const text = head.toString('utf8');
  if (/^(\{\\rtf|%!PS|%!Adobe)/.test(text)) throw new Refused('other_document');
  const markup = markupOf(text.slice(0, 8192));
  if (markup) throw new Refused(markup);
  return 'text';
}

/** ID3 or a sequence of frames: the two bytes that satisfy file-type also occur in much that is not audio. */
function isReallyAudio(head: Buffer, mediaType: string): boolean {
  if (mediaType !== 'audio/mpeg' && mediaType !== 'audio/aac') return true;
  return head.toString('latin1', 0, 3) === 'ID3' || hasAudioFrames(head);
}

function sniffUnknown(head: Buffer): never {
  const isUtf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const markup = markupOf(head.toString(isUtf16 ? 'utf16le' : 'latin1', 0, 8192));
  if (markup) throw new Refused(markup);
  throw new Refused(isUtf16 || !head.some(isControl) ? 'not_utf8' : 'unknown_type');
}

/**
 * Detects from the first bytes what a content is or must be checked as.
 *
 * @param head  the first HEAD_BYTES, or all of a smaller content
 * @param latePdf  whether a PDF's header after other bytes counts; the end of the content must then show that it is one
 * @throws {Refused} if the first bytes are already sufficient for a refusal
 */
export async function sniff(head: Buffer, latePdf = true): Promise<Sniffed> {
  if (head.length === 0) throw new Refused('empty');
  const isText = looksLikeText(head);
  if (isText ? head.toString('latin1', 0, 2) === '#!' : isProgram(head)) throw new Refused('program');
  if (isZip(head)) return 'zip';
  const header = pdfHeaderAt(head);
  if (header === 0) return { mediaType: 'application/pdf' };
  if (isText) return header > 0 && latePdf ? 'late_pdf' : sniffText(head);
  const type = await fileTypeFromBuffer(head);
  const known = type && acceptedType(type.mime) && isReallyAudio(head, type.mime);
  if (!known && header > 0 && latePdf) return 'late_pdf';
  if (!type || !isReallyAudio(head, type.mime)) return sniffUnknown(head);
  const accepted = acceptedType(type.mime);
  if (!accepted) throw new Refused(refusalOfType(type.mime));
  return { mediaType: accepted.mediaType };
}

const PLANS: Readonly<Record<string, (source: PacedSource) => Promise<StripPlan>>> = {
  'image/jpeg': planJpeg,
  'image/png': planPng,
  'image/gif': planGif,
  'image/webp': planWebp,
  'image/heic': planHeif,
  'image/avif': planHeif,
};

const STAYS: Readonly<Record<ArtifactKind, ArtifactNote | null>> = {
  pdf: 'pdf_metadata_stays',
  image: null,
  audio: 'audio_metadata_stays',
  video: 'video_metadata_stays',
  document: 'document_metadata_stays',
  text: null,
};

/** What a content is, and what of it is kept if metadata is removed. */
export interface Inspection {
  kind: ArtifactKind;
  mediaType: string;
  notes: ArtifactNote[];
  /** Null if all bytes are kept unchanged. */
  strip: StripPlan | null;
}

async function mediaTypeOf(source: PacedSource): Promise<string> {
  const head = await source.readAt(0, HEAD_BYTES);
  let sniffed = await sniff(head);
  if (sniffed === 'late_pdf') {
    if (await endsAsPdf(source)) return 'application/pdf';
    sniffed = await sniff(head, false);
  }
  if (sniffed === 'late_pdf') throw new Refused('unknown_type');
  if (sniffed === 'zip') return checkZip(source);
  if (sniffed !== 'text') return sniffed.mediaType;
  await checkText(source.stream(0, source.size));
  return 'text/plain';
}

async function inspectKnown(source: PacedSource): Promise<Inspection> {
  const mediaType = await mediaTypeOf(source);
  const accepted = acceptedType(mediaType);
  if (!accepted) throw new Refused('other_document');
  const { kind } = accepted;
  const stays = STAYS[kind];
  const plan = await PLANS[mediaType]?.(source);
  const notes = stays ? [stays] : [];
  if (plan?.changed) notes.push('metadata_stripped');
  if (plan?.mayHoldMore) notes.push('image_metadata_stays');
  return { kind, mediaType, notes, strip: plan?.changed ? plan : null };
}

/**
 * Detects what a content is by reading it, in constant memory and in slices between which other work gets its turn: neither its
 * name nor what the browser claimed counts.
 *
 * @throws {Refused} with the reason, if it may not be submitted
 */
export async function inspect(source: Source): Promise<Inspection> {
  try {
    return await inspectKnown(pace(source));
  } catch (error) {
    // a length or position in the file that points outside it
    if (toError(error).name === 'RangeError') throw new Refused('damaged');
    throw error;
  }
}
