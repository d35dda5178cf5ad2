import { useEffect, useRef, useState } from 'react';
import { EditorContent, useEditor } from '@tiptap/react';
import type { JSONContent } from '@tiptap/react';
import type { RichDocument } from '../../../../../contract/richText.ts';
import type { TextFault } from '../../../../../contract/richTextCheck.ts';
import { EditorLinkDialog } from './EditorLinkDialog.tsx';
import { EditorToolbar } from './EditorToolbar.tsx';
import { reflectionExtensions } from './extensions.ts';
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
  onFiles: (files: File[]) => void;
  /** A key, a paste or a command was not taken, since the text would not fit any more. */
  onRefused: (fault: TextFault) => void;
  onHistory: () => void;
}

/** The writing itself; tiptap comes with it, so this file is loaded after the first paint. */
export function ReflectionEditor(props: ReflectionEditorProps) {
  const { document, loaded, labelledBy, describedBy, label, onHistory } = props;
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const [linking, setLinking] = useState(false);

  const editor = useEditor({
    extensions: reflectionExtensions((fault) => latest.current.onRefused(fault)),
    content: contentOf(document),
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
        dir: 'auto',
      },
      handlePaste: (_view, event) => handOver(filesToHandIn(event.clipboardData), latest.current.onFiles),
      handleDrop: (_view, event) => handOver(filesToHandIn(event.dataTransfer), latest.current.onFiles),
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

function handOver(files: File[], take: (files: File[]) => void): boolean {
  if (files.length === 0) return false;
  take(files);
  return true;
}

/** ProseMirror's documents have a block at least. */
function contentOf(document: RichDocument): JSONContent | string {
  return document.content.length === 0 ? '' : (document as JSONContent);
}
