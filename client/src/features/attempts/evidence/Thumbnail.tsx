import { useEffect, useRef, useState } from 'react';
import { evidenceIcon } from '../../../components/evidence/evidenceKinds.tsx';
import { ICON_STROKE } from '../../../components/icon/StateIcon.tsx';
import { guessKind } from '../moduleModel.ts';

/** Pixels of its longer side, twice what is shown: sharp on phones. */
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
 * A picture that is only in this window, small; what can't be drawn shows the sign of its kind. On a canvas, since the page's policy
 * lets no `blob:` into an `<img>`.
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
