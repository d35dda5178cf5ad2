import { useEffect, useRef, useState } from 'react';
import { EditorContent, useEditor } from '@tiptap/react';
import type { Editor, JSONContent } from '@tiptap/react';
import type { EditorView } from '@tiptap/pm/view';
import type { RichDocument } from '../../../../../contract/richText.ts';
import type { TextFault } from '../../../../../contract/richTextCheck.ts';
import { EditorLinkDialog } from './EditorLinkDialog.tsx';
import { EditorToolbar } from './EditorToolbar.tsx';
import { reflectionExtensions } from './extensions.ts';
import { readPasted } from './paste/pastedFiles.ts';
import type { Pasted } from './paste/pastedFiles.ts';
import { cleanPastedHtml } from './paste/pastedHtml.ts';
import { keepListsWhole } from './paste/wholeLists.ts';
import { filesToHandIn } from './pastedFiles.ts';
import { readEditor } from './textLimits.ts';

export interface ReflectionEditorProps {
  document: RichDocument;
  /** Rises when the text was replaced from outside: another window, history, a conflict. */
  loaded: number;
  labelledBy: string;
  describedBy: string;
  /** Names the text for its tools. */
  label: string;
  onChange: (document: RichDocument) => void;
  onFocus: () => void;
  /** Files and pictures that a paste or a drop brought: to be asked about, not to be taken. */
  onPasted: (pasted: Pasted) => void;
  /**
   * A key, a paste or a command was not taken, since the text would not fit any more. `caret` is the lower end of the cursor in the
   * window, in pixels; null where it can't be told.
   */
  onRefused: (fault: TextFault, caret: number | null) => void;
  onHistory: () => void;
}

const CURSOR_ROOM = { top: 64, right: 0, bottom: 24, left: 0 };

/** The writing itself; tiptap comes with it, so this file is loaded after the first paint. */
export function ReflectionEditor(props: ReflectionEditorProps) {
  const { document, loaded, labelledBy, describedBy, label, onHistory } = props;
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const [linking, setLinking] = useState(false);
  const written = useRef<Editor | null>(null);

  const editor = useEditor({
    extensions: reflectionExtensions((fault) => {
      latest.current.onRefused(fault, caretOf(written.current?.view));
    }),
    content: contentOf(document),
    // each paragraph by its own first letters: Arabic and English may stand in one text
    textDirection: 'auto',
    // the CSP allows no style element; the rules stand in module.css
    injectCSS: false,
    shouldRerenderOnTransaction: false,
    editorProps: {
      attributes: {
        class: 'wm-words wm-editor-text',
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-labelledby': labelledBy,
        'aria-describedby': describedBy,
      },
      // the cursor stays clear of the tools, which stick above it
      scrollMargin: CURSOR_ROOM,
      scrollThreshold: CURSOR_ROOM,
      transformPastedHTML: cleanPastedHtml,
      transformPasted: keepListsWhole,
      handlePaste: (_view, event, slice) => {
        const pasted = readPasted(event.clipboardData);
        if (pasted.files.length > 0 || pasted.left > 0) latest.current.onPasted(pasted);
        return slice.size === 0 && pasted.files.length > 0;
      },
      handleDrop: (_view, event) => {
        const files = filesToHandIn(event.dataTransfer);
        if (files.length > 0) latest.current.onPasted({ files, left: 0 });
        return files.length > 0;
      },
      handleKeyDown: (_view, event) => {
        const asksForLink = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
        if (asksForLink) setLinking(true);
        return asksForLink;
      },
    },
    onUpdate: ({ editor: current }) => {
      latest.current.onChange(readEditor(current.state.doc).document);
    },
    onFocus: () => latest.current.onFocus(),
  });

  useEffect(() => {
    written.current = editor;
  }, [editor]);

  const shown = useRef(loaded);
  useEffect(() => {
    if (!editor || shown.current === loaded) return;
    shown.current = loaded;
    editor.commands.setContent(contentOf(document), { emitUpdate: false });
  }, [editor, loaded, document]);

  return (
    <>
      <EditorToolbar editor={editor} label={label} onLink={() => setLinking(true)} onHistory={onHistory} />
      <EditorContent editor={editor} />
      <EditorLinkDialog editor={editor} opened={linking} onClose={() => setLinking(false)} />
    </>
  );
}

function caretOf(view: EditorView | undefined): number | null {
  try {
    return view ? view.coordsAtPos(view.state.selection.head).bottom : null;
  } catch {
    return null;
  }
}

/** ProseMirror's documents have a block at least. */
function contentOf(document: RichDocument): JSONContent | string {
  return document.content.length === 0 ? '' : (document as JSONContent);
}
