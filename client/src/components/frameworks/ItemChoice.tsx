import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { FrameworkContent, FrameworkStrand } from '../../../../contract/frameworks.ts';
import { SearchField } from '../field/SearchField.tsx';
import { useAnnouncement } from '../live/useAnnouncement.ts';
import { FirstItems } from './FirstItems.tsx';
import { Fold } from './Fold.tsx';
import { placeItems, searchItems } from './frameworkItems.ts';
import type { PlacedItem } from './frameworkItems.ts';
import './itemChoice.css';

/** Up to here, all strands are open from the start. */
const OPEN_MOST = 30;

interface ItemChoiceProps {
  framework: FrameworkContent;
  /** Keys of the chosen items. */
  chosen: ReadonlySet<string>;
  onToggle: (key: string, on: boolean) => void;
}

interface ListProps extends Pick<ItemChoiceProps, 'chosen' | 'onToggle'> {
  items: readonly PlacedItem[];
  /** Whether items stand below those that they are a part of. */
  nested: boolean;
}

function Choice({
  placed,
  isChosen,
  depth,
  onToggle,
}: {
  placed: PlacedItem;
  isChosen: boolean;
  depth: number;
  onToggle: ItemChoiceProps['onToggle'];
}) {
  const { key, code, title, canDo } = placed.item;
  const id = useId();
  return (
    <li style={{ '--wm-item-depth': depth } as CSSProperties}>
      <label className="wm-check">
        <input
          type="checkbox"
          checked={isChosen}
          aria-describedby={canDo ? id : undefined}
          onChange={(event) => onToggle(key, event.currentTarget.checked)}
        />
        <span dir="auto">
          {code && <bdi className="wm-mono">{code}</bdi>} {title}
        </span>
      </label>
      {canDo && (
        <p id={id} className="wm-small" dir="auto">
          {canDo}
        </p>
      )}
    </li>
  );
}

function List({ items, nested, chosen, onToggle }: ListProps) {
  return (
    <FirstItems items={items} className="wm-item-choices">
      {(placed) => (
        <Choice
          key={placed.item.key}
          placed={placed}
          isChosen={chosen.has(placed.item.key)}
          depth={nested ? Math.min(placed.depth, 4) : 0}
          onToggle={onToggle}
        />
      )}
    </FirstItems>
  );
}

interface Group {
  readonly key: string;
  readonly title: string;
  readonly items: readonly PlacedItem[];
}

function groupBy(items: readonly PlacedItem[], of: (placed: PlacedItem) => Omit<Group, 'items'>): Group[] {
  const groups = new Map<string, { title: string; items: PlacedItem[] }>();
  for (const placed of items) {
    const { key, title } = of(placed);
    const group = groups.get(key);
    if (group) group.items.push(placed);
    else groups.set(key, { title, items: [placed] });
  }
  return [...groups].map(([key, group]) => ({ key, ...group }));
}

/** The items of a strand level by level, low to high; in their own order if they have no levels. */
function Levels({ framework, ...list }: Omit<ListProps, 'nested'> & { framework: FrameworkContent }) {
  const { t } = useTranslation('frameworks');
  const { levels } = framework;
  const isLevelled = list.items.some(({ item }) => item.level !== null);
  if (!isLevelled) return <List {...list} nested />;
  const rank = (key: string) => (key === '' ? levels.length : levels.findIndex((one) => one.key === key));
  const groups = groupBy(list.items, ({ item }) => ({
    key: item.level ?? '',
    title: levels.find(({ key }) => key === item.level)?.name ?? t('choice.noLevel'),
  })).sort((a, b) => rank(a.key) - rank(b.key));
  return groups.map(({ key, title, items }) => (
    <div key={key} role="group" aria-label={title}>
      <h4 className="wm-label" dir="auto">
        {title}
      </h4>
      <List {...list} items={items} nested={false} />
    </div>
  ));
}

function StrandGroup({ group, framework, chosen, onToggle }: ItemChoiceProps & { group: Group }) {
  const { t } = useTranslation('frameworks');
  const id = useId();
  const count = group.items.filter(({ item }) => chosen.has(item.key)).length;
  const [isOpen, setOpen] = useState(framework.items.length <= OPEN_MOST || count > 0);
  return (
    <section>
      <h3 className="wm-subheading">
        <Fold isOpen={isOpen} controls={id} onToggle={() => setOpen(!isOpen)}>
          <span dir="auto">
            {t('strand', { title: group.title, count: group.items.length })}
            {count > 0 && <span className="wm-small"> {t('choice.chosen', { count })}</span>}
          </span>
        </Fold>
      </h3>
      <div id={id} hidden={!isOpen} role="group" aria-label={group.title}>
        {isOpen && <Levels items={group.items} framework={framework} chosen={chosen} onToggle={onToggle} />}
      </div>
    </section>
  );
}

const STOPS = 'input[type="search"], input[type="checkbox"], .wm-fold';

function moveByArrow(event: KeyboardEvent, box: HTMLElement): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const stops = [...box.querySelectorAll<HTMLElement>(STOPS)];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  const next = at < 0 ? undefined : stops[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** The arrow keys go from one item to the next, as in a list; from the search to the first that it finds. */
function useArrowKeys() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const list = box.current;
    if (!list) return undefined;
    const onKey = (event: KeyboardEvent) => moveByArrow(event, list);
    list.addEventListener('keydown', onKey);
    return () => list.removeEventListener('keydown', onKey);
  }, []);
  return box;
}

const strandOf = (strand: FrameworkStrand | null, none: string): Omit<Group, 'items'> => ({
  key: strand?.key ?? '',
  title: strand?.title ?? none,
});

/** A choice of any number of the items of a framework: found by words, or strand by strand and level by level. */
export function ItemChoice({ framework, chosen, onToggle }: ItemChoiceProps) {
  const { t } = useTranslation('frameworks');
  const [search, setSearch] = useState('');
  const all = useMemo(() => placeItems(framework), [framework]);
  const found = useMemo(() => searchItems(all, search), [all, search]);
  const groups = useMemo(() => groupBy(all, ({ strand }) => strandOf(strand, t('noStrand'))), [all, t]);
  const box = useArrowKeys();
  const isSearched = search.trim() !== '';
  const words = isSearched ? t('found', { count: found.length, search: search.trim() }) : null;
  useAnnouncement(words);
  if (all.length === 0) return <p className="wm-small">{t('noItems')}</p>;
  return (
    <div className="wm-item-choice" ref={box}>
      <SearchField label={t('search')} value={search} onChange={setSearch} />
      {words && <p className="wm-small">{words}</p>}
      {isSearched ? (
        <List key={search} items={found} nested={false} chosen={chosen} onToggle={onToggle} />
      ) : (
        groups.map((group) => (
          <StrandGroup
            key={group.key}
            group={group}
            framework={framework}
            chosen={chosen}
            onToggle={onToggle}
          />
        ))
      )}
    </div>
  );
}
