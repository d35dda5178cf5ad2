import { useEffect, useRef, useState } from 'react';

/** Signed links are valid for four to five minutes; they are renewed before that, so that a press never uses an expired one. */
const FRESH_FOR_MS = 210_000;

interface FileLink {
  /** What the element shows; unchanged while it works, so that a video does not start over. */
  readonly src: string;
  readonly failed: boolean;
  /** The element could not load it. */
  readonly onError: () => void;
  readonly tryAgain: () => void;
}

/** Calls `renew` once a link has aged, as long as the page is visible. */
function useRenewal(url: string, renew: (() => void) | undefined): void {
  const latest = useRef(renew);
  useEffect(() => {
    latest.current = renew;
  });
  useEffect(() => {
    const due = Date.now() + FRESH_FOR_MS;
    const look = () => {
      if (Date.now() >= due && document.visibilityState === 'visible') latest.current?.();
    };
    const timer = setInterval(look, FRESH_FOR_MS);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [url]);
}

/**
 * Keeps a signed link valid.
 * @param url the latest link in the page's data
 * @param renew reads the page's data again, which brings a new link
 */
export function useFileLink(url: string, renew: (() => void) | undefined): FileLink {
  const [src, setSrc] = useState(url);
  const [failed, setFailed] = useState(false);
  useRenewal(url, renew);

  const isOther = url.split('?')[0] !== src.split('?')[0];
  const isRenewed = failed && url !== src;
  if (isOther || isRenewed) {
    setSrc(url);
    setFailed(false);
  }
  return {
    src,
    failed,
    onError: () => {
      setFailed(true);
      if (url === src) renew?.();
    },
    tryAgain: () => {
      setFailed(false);
      renew?.();
    },
  };
}
