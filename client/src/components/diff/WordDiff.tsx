import { Fragment, useMemo } from 'react';
import { VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { wordParts } from './wordParts.ts';
import '../words/words.css';
import './diff.css';

export interface WordDiffProps {
  /** Plain text, one line per paragraph. */
  before: string;
  after: string;
}

/** What changed between two texts, by words: additions are underlined, removals struck through, and both are read aloud too. */
export function WordDiff({ before, after }: WordDiffProps) {
  const { t } = useTranslation();
  const parts = useMemo(() => wordParts(before, after), [before, after]);

  if (before === after) return <p className="wm-small">{t('diff.same')}</p>;
  return (
    <div className="wm-words wm-diff" dir="auto">
      {parts.map(({ kind, text }, index) => {
        if (kind === 'same') return <Fragment key={index}>{text}</Fragment>;
        const Tag = kind === 'added' ? 'ins' : 'del';
        return (
          <Tag key={index}>
            <VisuallyHidden component="span">{t(`diff.${kind}`)} </VisuallyHidden>
            {text}
            <VisuallyHidden component="span"> ({t(`diff.${kind}End`)}) </VisuallyHidden>
          </Tag>
        );
      })}
    </div>
  );
}
