import { useEffect, useRef, useState } from 'react';
import { evidenceIcon } from '../../../components/evidence/evidenceKinds.tsx';
import { ICON_STROKE } from '../../../components/icon/StateIcon.tsx';
import { guessKind } from '../moduleModel.ts';

/** Pixels of its longer side, twice the size shown: sharp on phones. */
const LONGEST = 192;

async function draw(file: File, canvas: HTMLCanvasElement): Promise<boolean> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return true;
}

/**
 * A small view of a picture that exists only in this window; if it cannot be drawn, the icon of its kind. On a canvas, since the
 * page's policy allows no `blob:` in an `<img>`.
 */
export function Thumbnail({ file }: { file: File }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(false);
  const kind = guessKind(file);
  const Shape = evidenceIcon(kind, file.type);
  useEffect(() => {
    let over = false;
    if (kind !== 'image' || !canvas.current || !('createImageBitmap' in window)) return undefined;
    draw(file, canvas.current).then(
      () => !over && setDrawn(true),
      () => undefined,
    );
    return () => {
      over = true;
    };
  }, [file, kind]);
  return (
    <span className="wm-thumbnail">
      <canvas ref={canvas} hidden={!drawn} />
      {!drawn && <Shape size={24} stroke={ICON_STROKE} aria-hidden="true" />}
    </span>
  );
}
