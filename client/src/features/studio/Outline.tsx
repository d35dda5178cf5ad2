import { Button } from '@mantine/core';
import { IconPlus, IconRoute } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { moduleMinutes, unrollSteps } from '../../../../contract/cycles.ts';
import { PATHWAY_PART } from '../../../../contract/studioParts.ts';
import type { ModulePart, PartKey, PathwayPart } from '../../../../contract/studioParts.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { Post } from '../../components/post/Post.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { findModule } from './changes.ts';
import { duplicateModule } from './duplicate.ts';
import { ItemMenu } from './ItemMenu.tsx';
import { useStudio } from './studioContext.ts';
import { addModule, moveModule, removeModule } from './studioModel.ts';
import { focusAdded } from './target.ts';
import { useDragOrder } from './useDragOrder.ts';
import type { Grip } from './useDragOrder.ts';

/** Minutes of a module's part, of all its cycles. */
function minutesOf({ steps, cycles }: ModulePart): number {
  const bare = steps.map((step) => ({ ...step, blocks: [] }));
  return moduleMinutes({ steps: unrollSteps(bare, cycles) });
}

interface OutlineProps {
  pathway: PathwayPart;
  at: PartKey;
  onGo: (part: PartKey) => void;
}

interface ItemProps extends OutlineProps {
  module: ModulePart;
  place: number;
  names: readonly string[];
  look: string | undefined;
  grip: Grip;
}

function Item({ module, place, names, look, grip, at, onGo }: ItemProps) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const { change, conflicts } = useStudio();
  const { key, title, label } = module;
  const name = title || t('untitled');
  const isHere = at === key;
  return (
    <li data-movable data-look={look} data-here={isHere} data-drop={`${key}/`}>
      <button
        type="button"
        className="wm-studio-item"
        {...(isHere ? { 'aria-current': 'true' as const } : {})}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        onClick={() => onGo(key)}
      >
        <Post number={place + 1} state={isHere ? 'done' : 'ahead'} height={34} />
        <span>
          <strong dir="auto">{name}</strong>
          <span className="wm-small">
            {label && (
              <>
                <bdi>{label}</bdi>
                {', '}
              </>
            )}
            {format.minutes(minutesOf(module))}
          </span>
          {conflicts.has(key) && <span className="wm-small">{t('conflict.title')}</span>}
        </span>
      </button>
      <ItemMenu
        grip={grip}
        part={module}
        name={name}
        at={place}
        names={names}
        onMove={(to) => change((now) => moveModule(now, key, to))}
        onDuplicate={() =>
          change((now) =>
            duplicateModule(now, key, t('outline.copyOf', { title: name }), () => crypto.randomUUID()),
          )
        }
        onRemove={() => {
          change((now) => removeModule(now, key));
          if (isHere) onGo(PATHWAY_PART);
        }}
      />
    </li>
  );
}

/** The modules of the pathway in their order: to go to, to move, to add. */
export function Outline({ pathway, at, onGo }: OutlineProps) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const { parts, change } = useStudio();
  const modules = pathway.modules.flatMap((key) => findModule(parts, key) ?? []);
  const names = modules.map(({ title }) => title || t('untitled'));
  const order = useDragOrder((from, to) => {
    const moved = modules[from];
    if (moved) change((now) => moveModule(now, moved.key, to));
  });
  const minutes = modules.reduce((sum, module) => sum + minutesOf(module), 0);
  const add = () => {
    const key = crypto.randomUUID();
    change((now) => addModule(now, key, t('outline.newModule')));
    onGo(key);
    focusAdded(key);
  };
  return (
    <nav className="wm-studio-outline" aria-label={t('outline.label')}>
      <p className="wm-small">
        {t('outline.facts', { count: modules.length, time: format.minutes(minutes) })}
      </p>
      <button
        type="button"
        className="wm-studio-item wm-studio-head"
        data-here={at === PATHWAY_PART}
        {...(at === PATHWAY_PART ? { 'aria-current': 'true' as const } : {})}
        onClick={() => onGo(PATHWAY_PART)}
      >
        <IconRoute size={22} stroke={ICON_STROKE} aria-hidden="true" />
        <strong>{t('outline.pathway')}</strong>
      </button>
      <ol className="wm-plain-list" ref={order.list}>
        {modules.map((module, place) => (
          <Item
            key={module.key}
            pathway={pathway}
            at={at}
            onGo={onGo}
            module={module}
            place={place}
            names={names}
            look={order.lookOf(place)}
            grip={order.gripOf(place)}
          />
        ))}
      </ol>
      <Button
        variant="subtle"
        leftSection={<IconPlus size={18} stroke={ICON_STROKE} aria-hidden="true" />}
        onClick={add}
      >
        {t('outline.add')}
      </Button>
    </nav>
  );
}
