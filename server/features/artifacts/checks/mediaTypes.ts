import type { ArtifactKind, RefusalCode } from '../../../../contract/artifacts.ts';

/** What may be submitted, by the type detected from its bytes, with the extensions that its downloads may have. */
interface Accepted {
  kind: ArtifactKind;
  mediaType: string;
  extensions: readonly [string, ...string[]];
  /** Browsers display it themselves, safely. */
  previewable: boolean;
}

const accept = (
  kind: ArtifactKind,
  mediaType: string,
  extensions: readonly [string, ...string[]],
  previewable = true,
): Accepted => ({ kind, mediaType, extensions, previewable });

const OOXML = 'application/vnd.openxmlformats-officedocument.';
const ODF = 'application/vnd.oasis.opendocument.';

const ALL: readonly Accepted[] = [
  accept('pdf', 'application/pdf', ['pdf']),
  accept('image', 'image/jpeg', ['jpg', 'jpeg', 'jpe', 'jfif']),
  accept('image', 'image/png', ['png', 'apng']),
  accept('image', 'image/gif', ['gif']),
  accept('image', 'image/webp', ['webp']),
  accept('image', 'image/avif', ['avif']),
  // only Safari shows HEIC
  accept('image', 'image/heic', ['heic', 'heif', 'hif'], false),
  accept('video', 'video/mp4', ['mp4', 'm4v']),
  accept('video', 'video/quicktime', ['mov', 'qt']),
  accept('video', 'video/webm', ['webm']),
  accept('video', 'video/ogg', ['ogv', 'ogg']),
  accept('video', 'video/3gpp', ['3gp', '3g2']),
  accept('video', 'video/matroska', ['mkv'], false),
  accept('video', 'video/mpeg', ['mpg', 'mpeg'], false),
  accept('video', 'video/vnd.avi', ['avi'], false),
  accept('audio', 'audio/mpeg', ['mp3']),
  accept('audio', 'audio/mp4', ['m4a', 'mp4']),
  accept('audio', 'audio/wav', ['wav']),
  accept('audio', 'audio/ogg', ['ogg', 'oga', 'opus']),
  accept('audio', 'audio/flac', ['flac']),
  accept('audio', 'audio/aac', ['aac']),
  accept('audio', 'audio/aiff', ['aiff', 'aif'], false),
  accept('audio', 'audio/amr', ['amr'], false),
  accept('document', `${OOXML}wordprocessingml.document`, ['docx'], false),
  accept('document', `${OOXML}wordprocessingml.template`, ['dotx'], false),
  accept('document', `${OOXML}spreadsheetml.sheet`, ['xlsx'], false),
  accept('document', `${OOXML}spreadsheetml.template`, ['xltx'], false),
  accept('document', `${OOXML}presentationml.presentation`, ['pptx'], false),
  accept('document', `${OOXML}presentationml.slideshow`, ['ppsx'], false),
  accept('document', `${OOXML}presentationml.template`, ['potx'], false),
  accept('document', `${ODF}text`, ['odt'], false),
  accept('document', `${ODF}spreadsheet`, ['ods'], false),
  accept('document', `${ODF}presentation`, ['odp'], false),
  accept('document', `${ODF}graphics`, ['odg'], false),
  accept('document', `${ODF}text-template`, ['ott'], false),
  accept('document', `${ODF}spreadsheet-template`, ['ots'], false),
  accept('document', `${ODF}presentation-template`, ['otp'], false),
  accept('text', 'text/plain', ['txt', 'csv', 'tsv', 'md', 'srt', 'vtt', 'ics', 'vcf', 'json', 'log']),
];
const BY_TYPE = new Map(ALL.map((type) => [type.mediaType, type]));

/** Names that file-type uses for types that we store under another name. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/apng': 'image/png',
  'image/heif': 'image/heic',
  'image/heic-sequence': 'image/heic',
  'image/heif-sequence': 'image/heic',
  'video/x-m4v': 'video/mp4',
  'video/3gpp2': 'video/3gpp',
  'video/MP2P': 'video/mpeg',
  'video/MP1S': 'video/mpeg',
  'audio/x-m4a': 'audio/mp4',
  'audio/ogg; codecs=opus': 'audio/ogg',
  'text/calendar': 'text/plain',
  'text/vcard': 'text/plain',
  'text/vtt': 'text/plain',
};

export function acceptedType(mediaType: string): Accepted | null {
  return BY_TYPE.get(ALIASES[mediaType] ?? mediaType) ?? null;
}

const PROGRAMS =
  /msdownload|x-elf|mach-binary|java|wasm|android|x-deb|x-rpm|chrome-extension|xpinstall|shockwave|asar|regedit|shortcut|htmlhelp/;
const ARCHIVES =
  /zip|x-7z|rar|x-tar|gzip|bzip2|x-xz|x-lz|zstd|x-cpio|x-arj|x-ace|cab-|x-compress|unix-archive|diskimage/;
const DOCUMENTS = /rtf|postscript|xml|epub|mobipocket|visio|indesign|eps|sketchup|outlook|pgp/;

/** Why a type that file-type knows, and we do not accept, is refused. */
export function refusalOfType(mediaType: string): RefusalCode {
  if (mediaType.includes('macroenabled')) return 'macros';
  if (mediaType === 'application/x-cfb') return 'old_office';
  if (mediaType.startsWith('image/')) return 'other_image';
  if (PROGRAMS.test(mediaType)) return 'program';
  if (ARCHIVES.test(mediaType)) return 'archive';
  return DOCUMENTS.test(mediaType) ? 'other_document' : 'unknown_type';
}

/** The name of a download: its extension always matches the content, so that a text named `run.bat` is saved as `run.bat.txt`. */
export function downloadName(name: string, mediaType: string): string {
  const extensions = BY_TYPE.get(mediaType)?.extensions;
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  if (!extensions || (ending !== undefined && extensions.includes(ending))) return name;
  return `${name}.${extensions[0]}`;
}
