import { parseInert } from './inertHtml.ts';

/** What a paste or drop brought beside its text. */
export interface Pasted {
  /** Files and pictures that may be handed in, once somebody says so. */
  readonly files: readonly File[];
  /** Pictures of which only an address came: they can't be fetched from here. */
  readonly left: number;
}

const DATA = /^data:(image\/[\w.+-]+);base64,([\s\S]+)$/i;

/** A picture that stands in the HTML itself; null for what is none. Not by `fetch`: the page's policy allows no `data:`. */
function pictureOf(address: string): File | null {
  const [, type, code] = DATA.exec(address.trim()) ?? [];
  if (type === undefined || code === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(code.replace(/\s/g, '')), (letter) => letter.charCodeAt(0));
    return new File([bytes], nameOf(type), { type: type.toLowerCase() });
  } catch {
    return null;
  }
}

function nameOf(type: string): string {
  const [, kind = 'png'] = type.toLowerCase().split('/');
  return `picture.${kind === 'jpeg' ? 'jpg' : kind.replace(/\+.*/, '')}`;
}

function picturesIn(html: string): { files: File[]; left: number } {
  if (!/<img\b/i.test(html)) return { files: [], left: 0 };
  const addresses = [...parseInert(html).querySelectorAll('img')].map(
    (image) => image.getAttribute('src') ?? '',
  );
  const files = addresses.flatMap((address) => pictureOf(address) ?? []);
  return { files, left: addresses.length - files.length };
}

/**
 * Files and pictures of a paste or drop. Text processors put a picture of the whole text beside the text itself: a file beside text
 * counts only where a picture stands in that text.
 */
export function readPasted(data: DataTransfer | null): Pasted {
  if (!data) return { files: [], left: 0 };
  const given = [...data.files];
  const inside = picturesIn(data.getData('text/html'));
  const onlyFiles = data.getData('text/plain').trim() === '';
  if (given.length > 0 && (onlyFiles || inside.left > 0)) {
    return { files: [...inside.files, ...given], left: Math.max(0, inside.left - given.length) };
  }
  return inside;
}
