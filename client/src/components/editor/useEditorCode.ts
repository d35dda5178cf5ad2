import { useEffect, useState } from 'react';
import type { ComponentType } from 'react';
import { loadWithRetries } from '../../api/recovery.ts';
import type { ReflectionEditorProps } from './ReflectionEditor.tsx';

type EditorComponent = ComponentType<ReflectionEditorProps>;

interface EditorCode {
  readonly Editor: EditorComponent | null;
  readonly failed: boolean;
  readonly again: () => void;
}

let loadedEditor: EditorComponent | null = null;

/** After the first paint: the page is shown first, then what only writing needs is loaded. */
function afterPaint(act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(act, 0);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/**
 * The editor's code: null until it has loaded, so that the text is rendered meanwhile. A failed load is retried automatically;
 * `again` retries it at once.
 */
export function useEditorCode(): EditorCode {
  const [Editor, setEditor] = useState<EditorComponent | null>(() => loadedEditor);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (loadedEditor) return undefined;
    const stop = new AbortController();
    const load = async () => {
      loadedEditor = (await import('./ReflectionEditor.tsx')).ReflectionEditor;
    };
    const insist = async () => {
      if (!(await loadWithRetries(load, stop.signal, () => setFailed(true)))) return;
      setFailed(false);
      setEditor(() => loadedEditor);
    };
    const cancel = afterPaint(() => void insist());
    return () => {
      stop.abort();
      cancel();
    };
  }, [tries]);
  const again = () => {
    setFailed(false);
    setTries((before) => before + 1);
  };
  return { Editor, failed, again };
}
