import { useId, useState } from 'react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOfItem } from '../../../../contract/frameworkRules.ts';
import type { CrosswalkEntry, FrameworkContent, Relation } from '../../../../contract/frameworks.ts';
import type { PlacedItem } from '../../components/frameworks/frameworkItems.ts';
import { Fold } from '../../components/frameworks/Fold.tsx';
import type { Words } from '../../i18n/namespaces.ts';
import type { ItemChange } from './overlayChanges.ts';

type NamedRelation = Exclude<keyof Words['frameworks']['relation'], 'other'>;

const NAMED: Readonly<Record<NamedRelation, true>> = {
  exactMatchOf: true,
  isRelatedTo: true,
  isPartOf: true,
  isPeerOf: true,
  isTranslationOf: true,
  precedes: true,
  replacedBy: true,
  exemplar: true,
  hasSkillLevel: true,
};
const isNamed = (relation: Relation): relation is NamedRelation => Object.hasOwn(NAMED, relation);

function Related({ entry }: { entry: CrosswalkEntry }) {
  const { t } = useTranslation('frameworks');
  const { relation, to, notes } = entry;
  const name = [to.code, to.title].filter((part) => part !== '').join(' ') || to.item;
  return (
    <li>
      {isNamed(relation) ? t(`relation.${relation}`) : t('relation.other', { relation: relation.slice(4) })}:{' '}
      <bdi>{[to.framework, name].filter((part) => part !== '').join(', ')}</bdi>
      {notes && <span dir="auto"> ({notes})</span>}
    </li>
  );
}

interface DetailsProps {
  placed: PlacedItem;
  framework: FrameworkContent;
  change: ItemChange | null;
}

const nameOfLevel = ({ levels }: FrameworkContent, level: string | null): string | null =>
  levels.find(({ key }) => key === level)?.name ?? null;

function Changes({ framework, change }: Omit<DetailsProps, 'placed'>) {
  const { t } = useTranslation('frameworks');
  if (!change) return null;
  const { was, isRaised, raisedFrom } = change;
  return (
    <>
      {was !== null && <p className="wm-small">{t('changes.was', { title: was })}</p>}
      {isRaised && (
        <p className="wm-small">
          {t('changes.raisedFrom', { level: nameOfLevel(framework, raisedFrom) ?? t('changes.noTarget') })}
        </p>
      )}
    </>
  );
}

function List({ title, children }: { title: string; children: readonly string[] }) {
  if (children.length === 0) return null;
  return (
    <div>
      <h3 className="wm-label">{title}</h3>
      <ul>
        {children.map((text, at) => (
          <li key={at} dir="auto">
            {text}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Everything that a framework says about an item. */
function Details({ placed, framework, change }: DetailsProps) {
  const { t } = useTranslation('frameworks');
  const { item } = placed;
  const { canDo, evidenceIdeas, alignments, level, target, parent } = item;
  const related = framework.crosswalk.filter((entry) => entry.item === item.key);
  const above = framework.items.find(({ key }) => key === parent);
  const [levelName, targetName] = [nameOfLevel(framework, level), nameOfLevel(framework, target)];
  const isBare = [canDo, levelName, targetName, above].every((one) => !one);
  return (
    <>
      {canDo && <p dir="auto">{canDo}</p>}
      <p className="wm-facts wm-small">
        {levelName && <span>{t('item.level', { level: levelName })}</span>}
        {targetName && <span>{t('item.target', { level: targetName })}</span>}
        {above && <span>{t('item.partOf', { item: nameOfItem(above) })}</span>}
      </p>
      <Changes framework={framework} change={change} />
      <List title={t('item.evidence')}>{evidenceIdeas}</List>
      <List title={t('item.alignments')}>
        {alignments.map(({ framework: other, code }) => `${other}: ${code}`)}
      </List>
      {related.length > 0 && (
        <div>
          <h3 className="wm-label">{t('item.related')}</h3>
          <ul>
            {related.map((entry) => (
              <Related key={`${entry.relation} ${entry.to.item}`} entry={entry} />
            ))}
          </ul>
        </div>
      )}
      {isBare && related.length + alignments.length + evidenceIdeas.length === 0 && (
        <p className="wm-small">{t('item.nothing')}</p>
      )}
    </>
  );
}

function Marks({ change }: { change: ItemChange }) {
  const { t } = useTranslation('frameworks');
  const { isAdded, was, isRaised } = change;
  return (
    <span className="wm-item-marks wm-small">
      {isAdded && <span>{t('changes.added')}</span>}
      {was !== null && <span>{t('changes.renamed')}</span>}
      {isRaised && <span>{t('changes.raised')}</span>}
    </span>
  );
}

/** An item in a list; what is said about it shows at a press. */
export function ItemRow({ placed, nested, framework, change }: DetailsProps & { nested: boolean }) {
  const { item, strand, depth } = placed;
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="wm-item" style={{ '--wm-item-depth': nested ? Math.min(depth, 6) : 0 } as CSSProperties}>
      <Fold isOpen={isOpen} controls={id} onToggle={() => setOpen(!isOpen)}>
        {item.code && <bdi className="wm-item-code wm-mono">{item.code}</bdi>}
        <span className="wm-item-title">
          <span dir="auto">{item.title}</span>
          {!nested && strand && (
            <span className="wm-small" dir="auto">
              {strand.title}
            </span>
          )}
        </span>
        {change && <Marks change={change} />}
      </Fold>
      <div id={id} hidden={!isOpen} className="wm-item-details">
        {isOpen && <Details placed={placed} framework={framework} change={change} />}
      </div>
    </li>
  );
}
