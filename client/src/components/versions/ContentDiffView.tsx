import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { isEmptyDiff } from '../../../../contract/contentDiff.ts';
import type { ContentChange, ContentDiff } from '../../../../contract/contentDiff.ts';
import { StepKind } from '../../../../contract/content.ts';
import { WordDiff } from '../diff/WordDiff.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { toChangedParts } from './changeLines.ts';
import type { ChangedPart, ChangeLine } from './changeLines.ts';
import './versions.css';

const BLOCKS = ['text', 'resource', 'embed', 'file', 'checklist', 'prompt', 'requirement'] as const;

/** What people call the part that a change is in. */
function usePartName(): (change: ContentChange) => string {
  const { t } = useTranslation('versions');
  return ({ part, kind, label, within }) => {
    if (part === 'block') {
      const block = BLOCKS.find((one) => one === kind) ?? 'text';
      return t(`block.${block}`, { label });
    }
    const step = part === 'step' && label === '' ? StepKind.safeParse(kind).data : undefined;
    const name = step ? t(`steps.${step}`, { ns: 'common' }) : label;
    return t(`part.${part}`, { label: name, within: within ?? '' });
  };
}

function Line({ line }: { line: ChangeLine }) {
  const { t } = useTranslation('versions');
  const format = useFormat();
  const { field, shows, before, after } = line;
  const name = t(`field.${field}`);
  if (shows === 'name') return <p className="wm-small">{name}</p>;
  if (shows === 'numbers') {
    const toNumber = (value: string) => format.number(Number(value));
    return (
      <p className="wm-small">
        {t('diff.numbers', { field: name, before: toNumber(before), after: toNumber(after) })}
      </p>
    );
  }
  return (
    <>
      <p className="wm-small wm-version-field">{name}</p>
      <WordDiff before={before} after={after} />
    </>
  );
}

function Part({ part }: { part: ChangedPart }) {
  const { t } = useTranslation('versions');
  const nameOf = usePartName();
  const { change, isMoved, lines } = part;
  return (
    <li className="wm-version-part">
      <p>
        <span className="wm-version-what" data-what={change.what}>
          {t(`what.${change.what}`)}
        </span>{' '}
        {isMoved && change.what !== 'moved' && (
          <>
            <span className="wm-version-what" data-what="moved">
              {t('what.moved')}
            </span>{' '}
          </>
        )}
        <bdi>{nameOf(change)}</bdi>
      </p>
      {lines.map((line, at) => (
        <Line key={at} line={line} />
      ))}
    </li>
  );
}

/** Changes of some parts, each part with its name and what differs in it. */
export function ChangedParts({ changes }: { changes: readonly ContentChange[] }) {
  return (
    <ul className="wm-plain-list wm-version-parts">
      {toChangedParts(changes).map((part) => (
        <Part key={`${part.change.part}:${part.change.key}`} part={part} />
      ))}
    </ul>
  );
}

/** More than this is folded, so that one sees first which modules it is about. */
const OPEN_UP_TO = 12;

function ModuleChanges({ module, folded }: { module: ContentDiff['modules'][number]; folded: boolean }) {
  const { t } = useTranslation('versions');
  const id = useId();
  const { title, what, moved, changes } = module;
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="wm-subheading" dir="auto">
        {title}
      </h3>
      {what === 'added' && <p className="wm-small">{t('diff.newText')}</p>}
      {what === 'removed' && <p className="wm-small">{t('diff.gone')}</p>}
      {moved && <p className="wm-small">{t('diff.moved')}</p>}
      {changes.length > 0 &&
        (folded ? (
          <details className="wm-version-fold">
            <summary aria-describedby={id}>
              {t('diff.count', { count: toChangedParts(changes).length })}
            </summary>
            <ChangedParts changes={changes} />
          </details>
        ) : (
          <ChangedParts changes={changes} />
        ))}
    </section>
  );
}

/** What differs between two versions, in words: the pathway's own members first, then each module that is not the same. */
export function ContentDiffView({ diff }: { diff: ContentDiff }) {
  const { t } = useTranslation('versions');
  const { pathway, modules } = diff;
  if (isEmptyDiff(diff)) return <p>{t('diff.none')}</p>;
  const count = modules.reduce((sum, { changes }) => sum + changes.length, pathway.length);
  return (
    <div className="wm-version-diff">
      {pathway.length > 0 && (
        <section>
          <h3 className="wm-subheading">{t('diff.pathway')}</h3>
          <ChangedParts changes={pathway} />
        </section>
      )}
      {modules.map((module) => (
        <ModuleChanges key={module.key} module={module} folded={count > OPEN_UP_TO} />
      ))}
    </div>
  );
}
