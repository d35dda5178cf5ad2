import { useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FrameworkContent, FrameworkStrand } from '../../../../contract/frameworks.ts';
import { FirstItems } from '../../components/frameworks/FirstItems.tsx';
import { Fold } from '../../components/frameworks/Fold.tsx';
import { placeItems, searchItems } from '../../components/frameworks/frameworkItems.ts';
import type { PlacedItem } from '../../components/frameworks/frameworkItems.ts';
import { SearchField } from '../../components/field/SearchField.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { ItemRow } from './ItemRow.tsx';
import type { ItemChange } from './overlayChanges.ts';

/** Up to here, all strands are open from the start. */
const OPEN_MOST = 60;

export interface TreeProps {
  framework: FrameworkContent;
  /** What an overlay changes; empty for a core. */
  changes: ReadonlyMap<string, ItemChange>;
}

interface RowsProps extends TreeProps {
  items: readonly PlacedItem[];
  /** Whether items stand below those that they are a part of; not where only some are shown. */
  nested: boolean;
}

function Rows({ items, nested, framework, changes }: RowsProps) {
  return (
    <FirstItems items={items} className="wm-item-list">
      {(placed) => (
        <ItemRow
          key={placed.item.key}
          placed={placed}
          nested={nested}
          framework={framework}
          change={changes.get(placed.item.key) ?? null}
        />
      )}
    </FirstItems>
  );
}

function Strand(props: RowsProps & { strand: FrameworkStrand | null; isOpenFirst: boolean }) {
  const { strand, isOpenFirst, items } = props;
  const { t } = useTranslation('frameworks');
  const id = useId();
  const [isOpen, setOpen] = useState(isOpenFirst);
  return (
    <section className="wm-strand">
      <h2 className="wm-subheading">
        <Fold isOpen={isOpen} controls={id} onToggle={() => setOpen(!isOpen)}>
          <span dir="auto">
            {t('strand', { title: strand?.title ?? t('noStrand'), count: items.length })}
          </span>
        </Fold>
      </h2>
      <div id={id} hidden={!isOpen}>
        {isOpen && strand?.description && (
          <p className="wm-small" dir="auto">
            {strand.description}
          </p>
        )}
        {isOpen && <Rows {...props} />}
      </div>
    </section>
  );
}

/** Items by their strands, in the order of the framework. */
function groupByStrand(items: readonly PlacedItem[]): [FrameworkStrand | null, PlacedItem[]][] {
  const groups = new Map<FrameworkStrand | null, PlacedItem[]>();
  for (const placed of items) {
    const group = groups.get(placed.strand);
    if (group) group.push(placed);
    else groups.set(placed.strand, [placed]);
  }
  return [...groups];
}

/** The items of a framework: strand by strand, or those that a search finds. Only what is open is in the page. */
export function ItemTree({ framework, changes, only }: TreeProps & { only: ReadonlySet<string> | null }) {
  const { t } = useTranslation('frameworks');
  const [search, setSearch] = useState('');
  const all = useMemo(() => placeItems(framework), [framework]);
  const items = useMemo(() => (only ? all.filter(({ item }) => only.has(item.key)) : all), [all, only]);
  const found = useMemo(() => searchItems(items, search), [items, search]);
  const groups = useMemo(() => groupByStrand(items), [items]);
  const isSearched = search.trim() !== '';
  const words = isSearched ? t('found', { count: found.length, search: search.trim() }) : null;
  useAnnouncement(words);
  if (all.length === 0) return <p className="wm-small">{t('noItems')}</p>;
  return (
    <div className="wm-item-tree">
      <SearchField className="wm-framework-search" label={t('search')} value={search} onChange={setSearch} />
      {words && <p className="wm-small">{words}</p>}
      {isSearched ? (
        <Rows key={search} items={found} nested={false} framework={framework} changes={changes} />
      ) : (
        groups.map(([strand, group]) => (
          <Strand
            key={strand?.key ?? ''}
            strand={strand}
            isOpenFirst={items.length <= OPEN_MOST}
            items={group}
            nested={only === null}
            framework={framework}
            changes={changes}
          />
        ))
      )}
    </div>
  );
}
