import { parseInert } from './inertHtml.ts';

/** What a paste or drop contained besides its text. */
export interface Pasted {
  /** Files and pictures that may be submitted, once somebody confirms it. */
  readonly files: readonly File[];
  /** Pictures that came as a URL only: they cannot be fetched from here. */
  readonly left: number;
}

const DATA = /^data:(image\/[\w.+-]+);base64,([\s\S]+)$/i;

/** A picture that is embedded in the HTML itself; null if it is none. Not by `fetch`: the page's policy allows no `data:`. */
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
 * Files and pictures of a paste or drop. Word processors add a picture of the whole text to the text itself: a file beside text
 * counts only if the text contains a picture.
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
