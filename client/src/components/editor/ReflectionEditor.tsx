import { useEffect, useRef, useState } from 'react';
import { EditorContent, useEditor } from '@tiptap/react';
import type { Editor, JSONContent } from '@tiptap/react';
import type { EditorView } from '@tiptap/pm/view';
import type { RichDocument } from '../../../../contract/richText.ts';
import type { TextFault } from '../../../../contract/richTextCheck.ts';
import { EditorLinkDialog } from './EditorLinkDialog.tsx';
import { EditorToolbar } from './EditorToolbar.tsx';
import { reflectionExtensions } from './extensions.ts';
import { readPasted } from './paste/pastedFiles.ts';
import type { Pasted } from './paste/pastedFiles.ts';
import { cleanPastedHtml } from './paste/pastedHtml.ts';
import { keepListsWhole } from './paste/wholeLists.ts';
import { filesToHandIn } from './filesToHandIn.ts';
import { readEditor } from './textLimits.ts';
import './editor.css';

export interface ReflectionEditorProps {
  document: RichDocument;
  /** Increases when the text was replaced from outside: another window, history, a conflict. */
  loaded: number;
  labelledBy: string;
  describedBy: string;
  /** Names the text for its tools. */
  label: string;
  /** The level of the text's upper headings in the page around it, for screen readers. */
  top: number;
  onChange: (document: RichDocument) => void;
  onFocus: () => void;
  /** Files and pictures from a paste or a drop: the person is asked about them, they are not just taken. */
  onPasted: (pasted: Pasted) => void;
  /**
   * A keystroke, a paste or a command was refused, because the text would no longer fit. `caret` is the lower end of the cursor
   * in the window, in pixels; null if unknown.
   */
  onRefused: (fault: TextFault, caret: number | null) => void;
  /** Omitted if there is no history to show. */
  onHistory?: () => void;
  /** Whether there are tools for headings; what is pasted keeps its headings in any case. */
  hasHeadings?: boolean;
}

const CURSOR_ROOM = { top: 64, right: 0, bottom: 24, left: 0 };

/** The editor itself; it includes tiptap, so this file is loaded after the first paint. */
export function ReflectionEditor(props: ReflectionEditorProps) {
  const { document, loaded, labelledBy, describedBy, label, top, onHistory, hasHeadings = false } = props;
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const [linking, setLinking] = useState(false);
  const written = useRef<Editor | null>(null);

  const editor = useEditor({
    extensions: reflectionExtensions(
      (fault) => latest.current.onRefused(fault, caretOf(written.current?.view)),
      top,
    ),
    content: contentOf(document),
    // each paragraph by its own first letters: Arabic and English may be mixed in one text
    textDirection: 'auto',
    // the CSP allows no style element; the rules are in editor.css
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
      <EditorToolbar
        editor={editor}
        label={label}
        hasHeadings={hasHeadings}
        onLink={() => setLinking(true)}
        {...(onHistory ? { onHistory } : {})}
      />
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

/** ProseMirror's documents have at least one block. */
function contentOf(document: RichDocument): JSONContent | string {
  return document.content.length === 0 ? '' : (document as JSONContent);
}
