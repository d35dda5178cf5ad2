import { useEffect, useState } from 'react';
import type { ComponentType } from 'react';
import type { ReflectionEditorProps } from './ReflectionEditor.tsx';

type EditorComponent = ComponentType<ReflectionEditorProps>;

interface EditorCode {
  readonly Editor: EditorComponent | null;
  readonly failed: boolean;
  readonly again: () => void;
}

let loadedEditor: EditorComponent | null = null;

/** After the first paint: the page stands, then what is only needed for writing comes. */
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

/** The editor's code: null until it is there, so that the text shows as it reads meanwhile. */
export function useEditorCode(): EditorCode {
  const [Editor, setEditor] = useState<EditorComponent | null>(() => loadedEditor);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (loadedEditor) return undefined;
    let over = false;
    const load = async () => {
      try {
        const { ReflectionEditor } = await import('./ReflectionEditor.tsx');
        loadedEditor = ReflectionEditor;
        if (!over) setEditor(() => ReflectionEditor);
      } catch {
        if (!over) setFailed(true);
      }
    };
    const cancel = afterPaint(() => void load());
    return () => {
      over = true;
      cancel();
    };
  }, [tries]);
  const again = () => {
    setFailed(false);
    setTries((before) => before + 1);
  };
  return { Editor, failed, again };
}
