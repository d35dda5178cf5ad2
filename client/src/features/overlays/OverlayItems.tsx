import { useId, useMemo, useState } from 'react';
import type { CSSProperties } from 'react';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FrameworkStrand } from '../../../../contract/frameworks.ts';
import type { Mark } from '../../../../contract/overlayCrosswalk.ts';
import { toCrosswalk } from '../../../../contract/overlayCrosswalk.ts';
import { Choices } from '../../components/choices/Choices.tsx';
import { SearchField } from '../../components/field/SearchField.tsx';
import { TextField } from '../../components/field/TextField.tsx';
import { FirstItems } from '../../components/frameworks/FirstItems.tsx';
import { Fold } from '../../components/frameworks/Fold.tsx';
import { placeItems, searchItems } from '../../components/frameworks/frameworkItems.ts';
import type { PlacedItem } from '../../components/frameworks/frameworkItems.ts';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { useAnnouncement } from '../../components/live/useAnnouncement.ts';
import { CoreItemFields, CoreWords, OwnItemFields } from './ItemFields.tsx';
import {
  addItem,
  addStrand,
  changeOwnStrand,
  removeOwnStrand,
  renameStrand,
  toShown,
} from './overlayModel.ts';
import { useOverlay } from './overlayContext.ts';

/** Up to here, all strands are open from the start. */
const OPEN_MOST = 60;
type Marks = ReadonlyMap<string, readonly Mark[]>;

/** What an overlay does to an item, or a newer core. */
export function MarkWords({ marks }: { marks: readonly Mark[] }) {
  const { t } = useTranslation('overlays');
  return (
    <span className="wm-adapted-marks wm-small">
      {marks.map((mark) => (
        <span key={mark}>{t(`marks.${mark}`)}</span>
      ))}
    </span>
  );
}

interface RowProps {
  placed: PlacedItem;
  marks: readonly Mark[];
  isOpenFirst: boolean;
}

function Row({ placed: { item, depth }, marks, isOpenFirst }: RowProps) {
  const { t } = useTranslation('overlays');
  const { edits, core } = useOverlay();
  const id = useId();
  const [isOpen, setOpen] = useState(isOpenFirst);
  const own = edits.ownItems.find(({ key }) => key === item.key);
  const ofCore = core.items.find(({ key }) => key === item.key);
  return (
    <li className="wm-adapted-item" style={{ '--wm-item-depth': Math.min(depth, 4) } as CSSProperties}>
      <Fold isOpen={isOpen} controls={id} onToggle={() => setOpen(!isOpen)}>
        {item.code && <bdi className="wm-adapted-code wm-mono">{item.code}</bdi>}
        <span className="wm-adapted-name" dir="auto">
          {item.title || t('newItem')}
        </span>
        {marks.length > 0 && <MarkWords marks={marks} />}
      </Fold>
      <div id={id} hidden={!isOpen}>
        {isOpen && own && <OwnItemFields item={own} />}
        {isOpen && !own && ofCore && <CoreItemFields item={ofCore} />}
      </div>
    </li>
  );
}

function Rows({ items, marks, added }: { items: readonly PlacedItem[]; marks: Marks; added: string | null }) {
  return (
    <FirstItems items={items} className="wm-adapted-list">
      {(placed) => (
        <Row
          key={placed.item.key}
          placed={placed}
          marks={marks.get(placed.item.key) ?? []}
          isOpenFirst={placed.item.key === added}
        />
      )}
    </FirstItems>
  );
}

/** The name of a strand: the overlay's own, or another one than the core's. */
function StrandFields({ strand }: { strand: FrameworkStrand }) {
  const { t } = useTranslation('overlays');
  const { edits, core, change } = useOverlay();
  const ofCore = core.strands.find(({ key }) => key === strand.key);
  const isOwn = edits.ownStrands.some(({ key }) => key === strand.key);
  const set = (title: string) =>
    change(isOwn || !ofCore ? changeOwnStrand(strand.key, title) : renameStrand(ofCore, title));
  const name = strand.title || t('newStrand');
  return (
    <div className="wm-adapted-fields">
      <TextField label={t('strandTitle')} value={strand.title} most={255} dir="auto" onChange={set} />
      {ofCore && !isOwn && ofCore.title !== strand.title && (
        <CoreWords text={ofCore.title} field={t('strandTitle')} onPutBack={() => set(ofCore.title)} />
      )}
      {isOwn && (
        <div>
          <Button
            size="sm"
            variant="default"
            aria-label={t('removeNamed', { name })}
            onClick={() => change(removeOwnStrand(strand.key), t('removedStrand', { name }))}
          >
            {t('remove')}
          </Button>
        </div>
      )}
    </div>
  );
}

interface StrandProps {
  strand: FrameworkStrand | null;
  items: readonly PlacedItem[];
  marks: Marks;
  isOpenFirst: boolean;
}

function Strand({ strand, items, marks, isOpenFirst }: StrandProps) {
  const { t } = useTranslation(['overlays', 'frameworks']);
  const { change } = useOverlay();
  const id = useId();
  const [isOpen, setOpen] = useState(isOpenFirst);
  const [added, setAdded] = useState<string | null>(null);
  const title = strand ? strand.title || t('newStrand') : t('frameworks:noStrand');
  const add = () => {
    const key = crypto.randomUUID();
    setAdded(key);
    change(addItem(strand?.key ?? null, key));
  };
  return (
    <section className="wm-adapted-strand">
      <h2 className="wm-subheading">
        <Fold isOpen={isOpen} controls={id} onToggle={() => setOpen(!isOpen)}>
          <span dir="auto">{t('frameworks:strand', { title, count: items.length })}</span>
        </Fold>
      </h2>
      <div id={id} hidden={!isOpen} className="wm-adapted-inside">
        {isOpen && (
          <>
            {strand && <StrandFields strand={strand} />}
            <Rows items={items} marks={marks} added={added} />
            <Button
              size="sm"
              variant="default"
              leftSection={<IconPlus size={18} stroke={ICON_STROKE} aria-hidden="true" />}
              aria-label={t('addItemIn', { strand: title })}
              onClick={add}
            >
              {t('addItem')}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

/** Every item of the core and of the overlay, to be changed: strand by strand, or those that a search finds. */
export function OverlayItems() {
  const { t } = useTranslation(['overlays', 'frameworks']);
  const { edits, core, change } = useOverlay();
  const id = useId();
  const [search, setSearch] = useState('');
  const [show, setShow] = useState<'all' | 'changed'>('all');
  const shown = useMemo(() => toShown(edits, core), [edits, core]);
  const marks = useMemo(
    (): Marks => new Map(toCrosswalk(edits, core, core).map((row) => [row.key, row.marks])),
    [edits, core],
  );
  const all = useMemo(() => placeItems(shown), [shown]);
  const isChanged = ({ item }: PlacedItem) => (marks.get(item.key) ?? []).length > 0;
  const items = show === 'changed' ? all.filter(isChanged) : all;
  const isSearched = search.trim() !== '';
  const found = isSearched ? searchItems(items, search) : items;
  const words = isSearched ? t('frameworks:found', { count: found.length, search: search.trim() }) : null;
  useAnnouncement(words);
  const strands = [...shown.strands, ...(all.some(({ strand }) => strand === null) ? [null] : [])];
  return (
    <div className="wm-adapted-items">
      <SearchField
        className="wm-adapted-search"
        label={t('frameworks:search')}
        value={search}
        onChange={setSearch}
      />
      <div className="wm-adapted-search">
        <span id={id} hidden>
          {t('show')}
        </span>
        <Choices
          labelledBy={id}
          value={show}
          onChange={setShow}
          choices={(['all', 'changed'] as const).map((value) => ({ value, label: t(value) }))}
        />
      </div>
      {words && <p className="wm-small">{words}</p>}
      {show === 'changed' && items.length === 0 && <p className="wm-small">{t('noneChanged')}</p>}
      {isSearched || show === 'changed' ? (
        <Rows key={`${show} ${search}`} items={found} marks={marks} added={null} />
      ) : (
        strands.map((strand) => (
          <Strand
            key={strand?.key ?? ''}
            strand={strand}
            items={all.filter((one) => one.strand?.key === strand?.key)}
            marks={marks}
            isOpenFirst={all.length <= OPEN_MOST}
          />
        ))
      )}
      {!isSearched && show === 'all' && (
        <Button
          variant="default"
          leftSection={<IconPlus size={18} stroke={ICON_STROKE} aria-hidden="true" />}
          onClick={() => change(addStrand(crypto.randomUUID()))}
        >
          {t('addStrand')}
        </Button>
      )}
    </div>
  );
}
