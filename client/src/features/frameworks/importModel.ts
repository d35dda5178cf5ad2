import { FRAMEWORK_FILE_MAX_BYTES, FrameworkAbout } from '../../../../contract/frameworks.ts';
import type { FrameworkContent, ImportFramework } from '../../../../contract/frameworks.ts';

/** What a designer says about a table, as typed. */
export interface AboutForm {
  /** Key of the framework whose next version it is; empty: a new one. */
  readonly of: string;
  readonly title: string;
  readonly slug: string;
  readonly source: string;
  readonly licence: string;
  readonly edition: string;
  readonly language: string;
  readonly levels: string;
  /** The core that it adapts, as `key@version`; empty: none. */
  readonly core: string;
  readonly description: string;
  readonly acknowledgement: string;
}

export const NEW_FRAMEWORK: AboutForm = {
  of: '',
  title: '',
  slug: '',
  source: '',
  licence: '',
  edition: '',
  language: 'en',
  levels: '',
  core: '',
  description: '',
  acknowledgement: '',
};

/** A short name made from a title; empty if nothing of it can be used. */
export function toSlug(title: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '-').slice(0, 60).replace(/^-+|-+$/g, ''); // prettier-ignore
  return slug.length >= 3 ? slug : '';
}

/** How the newest version describes itself. */
export function aboutOf(content: FrameworkContent): AboutForm {
  const { key, title, slug, source, licence, version, language, overlay, description, acknowledgement } =
    content;
  return {
    of: key,
    title,
    slug,
    source,
    licence,
    edition: version,
    language,
    levels: '',
    core: overlay ? `${overlay.core.key}@${overlay.core.version}` : '',
    description,
    acknowledgement,
  };
}

export type AboutField = 'title' | 'slug' | 'source' | 'language' | 'other';
export type AboutOrProblems =
  | { readonly about: FrameworkAbout; readonly problems?: undefined }
  | { readonly about?: undefined; readonly problems: ReadonlySet<AboutField> };

const FIELDS: readonly AboutField[] = ['title', 'slug', 'source', 'language'];

/** What the server is told about a table, or the fields that keep it from being sent. */
export function toAbout({ of: _, edition, levels, core, ...said }: AboutForm): AboutOrProblems {
  const [key = '', version = ''] = core.split('@');
  const parsed = FrameworkAbout.safeParse({
    ...said,
    version: edition,
    levels: levels.split(',').map((name) => name.trim()).filter((name) => name !== ''),
    core: core === '' ? null : { key, version: Number(version) },
  }); // prettier-ignore
  if (parsed.data) return { about: parsed.data };
  const named = parsed.error?.issues.map(({ path: [field] }) => FIELDS.find((one) => one === field));
  return { problems: new Set(named?.map((field) => field ?? 'other')) };
}

export type FileProblem = 'tooLarge' | 'empty' | 'notReadable';

/** A file that was read. */
export interface ReadFile {
  readonly name: string;
  readonly format: ImportFramework['format'];
  readonly base64: string;
}

function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
    reader.onload = () => {
      const address = typeof reader.result === 'string' ? reader.result : '';
      resolve(address.slice(address.indexOf(',') + 1));
    };
    reader.readAsDataURL(file);
  });
}

/** Reads a file to be sent, or says why it is not sent at all. By its name: a table, or else a CASE package. */
export async function readImportFile(
  file: File,
): Promise<{ file: ReadFile; problem?: undefined } | { problem: FileProblem }> {
  if (file.size === 0) return { problem: 'empty' };
  if (file.size > FRAMEWORK_FILE_MAX_BYTES) return { problem: 'tooLarge' };
  const format = /\.(csv|tsv|txt)$/i.test(file.name) ? 'csv' : 'case';
  try {
    return { file: { name: file.name, format, base64: await readBase64(file) } };
  } catch {
    return { problem: 'notReadable' };
  }
}
