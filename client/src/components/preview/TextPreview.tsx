import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Anything beyond this is not shown, only downloaded. */
const SHOWN_BYTES = 60_000;

interface Shown {
  readonly text: string;
  readonly cut: boolean;
}

async function readText(src: string, signal: AbortSignal): Promise<Shown> {
  const response = await fetch(src, { headers: { range: `bytes=0-${SHOWN_BYTES - 1}` }, signal });
  if (!response.ok) throw new Error(`The file answered ${response.status}`);
  const bytes = (await response.arrayBuffer()).slice(0, SHOWN_BYTES);
  const total = Number(response.headers.get('content-range')?.split('/')[1] ?? bytes.byteLength);
  const cut = total > bytes.byteLength;
  // a character that was cut in two is omitted
  return { text: new TextDecoder().decode(bytes, { stream: cut }), cut };
}

/** The beginning of a text file, unchanged. */
export function TextPreview({ src, onError }: { src: string; onError: () => void }) {
  const { t } = useTranslation('preview');
  const [shown, setShown] = useState<Shown | null>(null);
  const failed = useRef(onError);
  useEffect(() => {
    failed.current = onError;
  });

  useEffect(() => {
    const ending = new AbortController();
    readText(src, ending.signal).then(setShown, () => {
      if (!ending.signal.aborted) failed.current();
    });
    return () => ending.abort();
  }, [src]);

  return (
    <>
      <pre className="wm-preview-text" dir="auto" aria-busy={shown === null}>
        {shown?.text}
      </pre>
      {shown?.cut && <p className="wm-small">{t('cut')}</p>}
    </>
  );
}
