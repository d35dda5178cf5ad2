import { Fragment, useMemo } from 'react';
import { VisuallyHidden } from '@mantine/core';
import { diffWordsWithSpace } from 'diff';
import { useTranslation } from 'react-i18next';
import './diff.css';

export interface WordDiffProps {
  /** Plain text, a line for each paragraph. */
  before: string;
  after: string;
}

/** What changed between two texts, by words: added underlined, removed struck, both said aloud too. */
export function WordDiff({ before, after }: WordDiffProps) {
  const { t } = useTranslation();
  const parts = useMemo(() => diffWordsWithSpace(before, after), [before, after]);

  if (before === after) return <p className="wm-small">{t('diff.same')}</p>;
  return (
    <div className="wm-words wm-diff" dir="auto">
      {parts.map((part, index) => {
        if (!part.added && !part.removed) return <Fragment key={index}>{part.value}</Fragment>;
        const Tag = part.added ? 'ins' : 'del';
        const word = part.added ? 'added' : 'removed';
        return (
          <Tag key={index}>
            <VisuallyHidden component="span">{t(`diff.${word}`)} </VisuallyHidden>
            {part.value}
            <VisuallyHidden component="span"> ({t(`diff.${word}End`)}) </VisuallyHidden>
          </Tag>
        );
      })}
    </div>
  );
}
