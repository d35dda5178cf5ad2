import { useId, useMemo, useState } from 'react';
import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Alignment, Criterion } from '../../../../contract/content.ts';
import { nameOfItem } from '../../../../contract/frameworkRules.ts';
import type { FrameworkItem } from '../../../../contract/frameworks.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useAnnounce } from '../../components/live/Announcer.tsx';
import { findOldWords, setAligned, takeWords } from './alignmentModel.ts';
import { findPathway } from './changes.ts';
import { useFrameworksHere } from './draftFrameworks.ts';
import { FieldPlace } from './FieldPlace.tsx';
import { ItemPickerDialog } from './ItemPickerDialog.tsx';
import { useStudio } from './studioContext.ts';

interface AlignedProps {
  criterion: string;
  alignment: Alignment;
  /** As the framework has it; undefined if it is not there, or not read. */
  item: FrameworkItem | undefined;
  /** Title of its framework, if that is not the pathway's. */
  elsewhere: string | null;
}

function Aligned({ criterion, alignment, item, elsewhere }: AlignedProps) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { polite } = useAnnounce();
  const { framework, item: key, code, title } = alignment;
  const name = nameOfItem(alignment);
  return (
    <li className="wm-studio-aligned">
      <span>
        <span>
          {code && <bdi className="wm-mono">{code}</bdi>} <strong dir="auto">{title}</strong>
        </span>
        {item?.canDo && (
          <span className="wm-small" dir="auto">
            {item.canDo}
          </span>
        )}
        {elsewhere !== null && (
          <span className="wm-small" dir="auto">
            {elsewhere}
          </span>
        )}
      </span>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={40}
        aria-label={t('align.remove', { name })}
        onClick={() => {
          change((now) => setAligned(now, criterion, { framework, add: [], remove: new Set([key]) }));
          polite(t('move.removed', { name }));
        }}
      >
        <IconX size={18} stroke={ICON_STROKE} aria-hidden="true" />
      </ActionIcon>
    </li>
  );
}

/** Offers the words of the framework where the criterion has others. */
function NewWords({ criterion }: { criterion: Criterion }) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { named } = useFrameworksHere();
  return [...named.values()].map(({ title, content }) => {
    const old = findOldWords(criterion, content);
    const [first] = old;
    if (!first) return null;
    const now = `${first.now.code} ${first.now.title}`.trim();
    return (
      <div key={content.key} className="wm-notice-line">
        <span>{t('align.otherWords', { framework: title, now, others: old.length - 1 })}</span>
        <Button
          size="sm"
          variant="default"
          onClick={() => change((parts) => takeWords(parts, criterion.key, content))}
        >
          {t('align.takeWords')}
        </Button>
      </div>
    );
  });
}

/** The items of a framework that a criterion is about: chosen in a dialog, each with its can-do statement and a way to remove it. */
export function AlignmentsField({ criterion }: { criterion: Criterion }) {
  const { t } = useTranslation('studio');
  const id = useId();
  const { parts } = useStudio();
  const { named } = useFrameworksHere();
  const [isChoosing, setChoosing] = useState(false);
  const own = findPathway(parts)?.framework ?? null;
  const framework = own && named.get(own.key);
  const items = useMemo(
    () =>
      new Map(
        [...named].flatMap(([key, { content }]) =>
          content.items.map((item) => [`${key}/${item.key}`, item] as const),
        ),
      ),
    [named],
  );
  return (
    <FieldPlace at="alignments">
      <div role="group" aria-labelledby={id} className="wm-studio-alignments">
        <span id={id} className="wm-label">
          {t('fields.alignments')}
        </span>
        {criterion.alignments.length > 0 && (
          <ul className="wm-plain-list">
            {criterion.alignments.map((alignment) => (
              <Aligned
                key={`${alignment.framework}/${alignment.item}`}
                criterion={criterion.key}
                alignment={alignment}
                item={items.get(`${alignment.framework}/${alignment.item}`)}
                elsewhere={
                  alignment.framework === own?.key ? null : (named.get(alignment.framework)?.title ?? null)
                }
              />
            ))}
          </ul>
        )}
        <NewWords criterion={criterion} />
        {framework ? (
          <Button
            size="sm"
            variant="subtle"
            leftSection={<IconPlus size={18} stroke={ICON_STROKE} aria-hidden="true" />}
            onClick={() => setChoosing(true)}
          >
            {t('align.choose')}
          </Button>
        ) : (
          <p className="wm-small">{t(own ? 'align.notRead' : 'align.noFramework')}</p>
        )}
        {isChoosing && framework && (
          <ItemPickerDialog
            criterion={criterion}
            framework={framework.content}
            onClose={() => setChoosing(false)}
          />
        )}
      </div>
    </FieldPlace>
  );
}
