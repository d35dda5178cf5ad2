import { useRef } from 'react';
import type { KeyboardEvent } from 'react';
import { ActionIcon } from '@mantine/core';
import {
  IconBold,
  IconH1,
  IconH2,
  IconHistory,
  IconItalic,
  IconLink,
  IconList,
  IconListNumbers,
  IconQuote,
} from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import { useEditorState } from '@tiptap/react';
import type { Editor } from '@tiptap/react';
import { useTranslation } from 'react-i18next';
import { ICON_STROKE } from '../icon/StateIcon.tsx';

interface Tool {
  readonly id: 'heading' | 'subheading' | 'bold' | 'italic' | 'bulletList' | 'orderedList' | 'blockquote';
  readonly icon: Icon;
  readonly run: (editor: Editor) => unknown;
  readonly isOn?: (editor: Editor) => boolean;
  readonly keys: string;
}

const HEADINGS: readonly Tool[] = [
  {
    id: 'heading',
    icon: IconH1,
    run: (e) => e.chain().focus().toggleHeading({ level: 2 }).run(),
    isOn: (e) => e.isActive('heading', { level: 2 }),
    keys: 'Control+Alt+2',
  },
  {
    id: 'subheading',
    icon: IconH2,
    run: (e) => e.chain().focus().toggleHeading({ level: 3 }).run(),
    isOn: (e) => e.isActive('heading', { level: 3 }),
    keys: 'Control+Alt+3',
  },
];

const TOOLS: readonly Tool[] = [
  { id: 'bold', icon: IconBold, run: (e) => e.chain().focus().toggleBold().run(), keys: 'Control+B' },
  { id: 'italic', icon: IconItalic, run: (e) => e.chain().focus().toggleItalic().run(), keys: 'Control+I' },
  {
    id: 'bulletList',
    icon: IconList,
    run: (e) => e.chain().focus().toggleBulletList().run(),
    keys: 'Control+Shift+8',
  },
  {
    id: 'orderedList',
    icon: IconListNumbers,
    run: (e) => e.chain().focus().toggleOrderedList().run(),
    keys: 'Control+Shift+7',
  },
  {
    id: 'blockquote',
    icon: IconQuote,
    run: (e) => e.chain().focus().toggleBlockquote().run(),
    keys: 'Control+Shift+B',
  },
];

/** One tab stop; arrow keys move between the tools. */
function moveAlong(event: KeyboardEvent<HTMLDivElement>): void {
  const tools = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
  const at = tools.findIndex((tool) => tool === document.activeElement);
  const rtl = document.documentElement.dir === 'rtl';
  const steps: Record<string, number> = {
    ArrowRight: at + (rtl ? -1 : 1),
    ArrowLeft: at + (rtl ? 1 : -1),
    Home: 0,
    End: tools.length - 1,
  };
  const to = steps[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  tools[(to + tools.length) % tools.length]?.focus();
}

interface EditorToolbarProps {
  editor: Editor | null;
  /** Names the text that the tools belong to. */
  label: string;
  onLink: () => void;
  onHistory?: () => void;
  /** Whether the text is divided by headings. */
  hasHeadings?: boolean;
}

/** Bold, italic, lists, quote, link; history at the end. Shown without an editor too, so that nothing jumps when it loads. */
export function EditorToolbar({ editor, label, onLink, onHistory, hasHeadings = false }: EditorToolbarProps) {
  const { t } = useTranslation('module');
  const bar = useRef<HTMLDivElement>(null);
  const tools = hasHeadings ? [...HEADINGS, ...TOOLS] : TOOLS;
  const active = useEditorState({
    editor,
    selector: ({ editor: current }) => {
      const on = tools.filter(({ id, isOn: look }) => current && (look?.(current) ?? current.isActive(id)));
      return [...on.map(({ id }) => id), ...(current?.isActive('link') ? ['link'] : [])].join(' ');
    },
  });
  const isOn = (id: string) => (active ?? '').split(' ').includes(id);
  return (
    <div
      ref={bar}
      className="wm-toolbar wm-no-print"
      role="toolbar"
      aria-label={t('editor.tools', { label })}
      onKeyDown={moveAlong}
    >
      {tools.map(({ id, icon: Shape, run, keys }, index) => (
        <ActionIcon
          key={id}
          variant="subtle"
          color="gray"
          size={38}
          tabIndex={index === 0 ? 0 : -1}
          aria-label={t(`editor.${id}`)}
          title={t(`editor.${id}`)}
          aria-keyshortcuts={keys}
          aria-pressed={isOn(id)}
          disabled={!editor}
          onClick={() => editor && run(editor)}
        >
          <Shape size={20} stroke={ICON_STROKE} aria-hidden="true" />
        </ActionIcon>
      ))}
      <ActionIcon
        variant="subtle"
        color="gray"
        size={38}
        tabIndex={-1}
        aria-label={t('editor.link')}
        title={t('editor.link')}
        aria-keyshortcuts="Control+K"
        aria-pressed={isOn('link')}
        disabled={!editor}
        onClick={onLink}
      >
        <IconLink size={20} stroke={ICON_STROKE} aria-hidden="true" />
      </ActionIcon>
      {onHistory && (
        <ActionIcon
          className="wm-toolbar-end"
          variant="subtle"
          color="gray"
          size={38}
          tabIndex={-1}
          aria-label={t('editor.history')}
          title={t('editor.history')}
          onClick={onHistory}
        >
          <IconHistory size={20} stroke={ICON_STROKE} aria-hidden="true" />
        </ActionIcon>
      )}
    </div>
  );
}
