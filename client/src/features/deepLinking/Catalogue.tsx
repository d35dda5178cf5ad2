import { useId, useState } from 'react';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CataloguePathway, Picker } from '../../../../contract/deepLinking.ts';
import { Badge } from '../../components/badge/Badge.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { PlainWords } from '../../components/words/Words.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { searchPathways, isSame } from './pickModel.ts';
import type { Pick } from './pickModel.ts';

export interface CatalogueProps {
  picker: Picker;
  picks: readonly Pick[];
  search: string;
  onToggle: (pathway: CataloguePathway, moduleKey: string | null) => void;
}

interface PathwayProps extends Omit<CatalogueProps, 'search'> {
  pathway: CataloguePathway;
  open: boolean;
  onOpen: () => void;
}

function InCourse() {
  const { t } = useTranslation('pick');
  return (
    <span className="wm-pick-held wm-micro">
      <IconCheck size={14} stroke={ICON_STROKE} aria-hidden="true" />
      {t('inCourse')}
    </span>
  );
}

function WholePathway({ pathway, picker, picks, onToggle }: Omit<PathwayProps, 'open' | 'onOpen'>) {
  const { t } = useTranslation('pick');
  const chosen = picks.some((pick) => isSame(pick, { pathwayKey: pathway.key, moduleKey: null }));
  if (!picker.multiple) {
    return (
      <label className="wm-check wm-pick-module">
        <input type="radio" name="pick" checked={chosen} onChange={() => onToggle(pathway, null)} />
        <span className="wm-pick-title">{t('wholeRadio')}</span>
        {pathway.inCourse && <InCourse />}
      </label>
    );
  }
  return (
    <p className="wm-pick-whole">
      <button type="button" className="wm-link" aria-pressed={chosen} onClick={() => onToggle(pathway, null)}>
        {chosen ? t('wholeAdded') : t('whole')}
      </button>
      {pathway.inCourse && <InCourse />}
    </p>
  );
}

function Pathway({ pathway, open, onOpen, ...shared }: PathwayProps) {
  const { picker, picks, onToggle } = shared;
  const { t } = useTranslation('pick');
  const format = useFormat();
  const id = useId();
  const { key, title, strand, version, minutes, modules } = pathway;
  const facts = { modules: modules.length, time: format.minutes(minutes), version };
  return (
    <li className="wm-pick-pathway">
      <h2 className="wm-pick-head">
        <button type="button" aria-expanded={open} aria-controls={id} onClick={onOpen}>
          <Badge strand={strand} level={4} kind="pathway" achievementId={key} size={44} />
          <span className="wm-pick-name">
            <span dir="auto">{title}</span>
            <span className="wm-small">{t('facts', facts)}</span>
          </span>
          <IconChevronDown className="wm-pick-chevron" size={18} stroke={ICON_STROKE} aria-hidden="true" />
        </button>
      </h2>
      <div id={id} hidden={!open}>
        {pathway.vision !== '' && <PlainWords size="small">{pathway.vision}</PlainWords>}
        <ul className="wm-plain-list" aria-label={title}>
          {modules.map((module) => {
            const chosen = picks.some((pick) => isSame(pick, { pathwayKey: key, moduleKey: module.key }));
            return (
              <li key={module.key}>
                <label className="wm-check wm-pick-module" data-chosen={chosen}>
                  <input
                    type={picker.multiple ? 'checkbox' : 'radio'}
                    name={picker.multiple ? module.key : 'pick'}
                    checked={chosen}
                    onChange={() => onToggle(pathway, module.key)}
                  />
                  <span className="wm-pick-title" dir="auto">
                    {t('module', { position: module.position, title: module.title })}
                    {module.inCourse && <InCourse />}
                  </span>
                  <span className="wm-small" dir="auto">
                    {t('moduleFacts', { label: module.label, time: format.minutes(module.minutes) })}
                  </span>
                </label>
              </li>
            );
          })}
        </ul>
        <WholePathway pathway={pathway} {...shared} />
      </div>
    </li>
  );
}

/** Published pathways as an accordion; a search opens its matches. */
export function Catalogue({ search, ...shared }: CatalogueProps) {
  const { t } = useTranslation('pick');
  const { pathways } = shared.picker;
  const [open, setOpen] = useState<string | null>(pathways[0]?.key ?? null);
  const shown = searchPathways(pathways, search);
  const searching = search.trim() !== '';
  if (pathways.length === 0) return <p className="wm-pick-empty">{t('none')}</p>;
  if (shown.length === 0) return <p className="wm-pick-empty">{t('nothingFound', { search })}</p>;
  return (
    <ul className="wm-plain-list">
      {shown.map((pathway) => (
        <Pathway
          key={pathway.key}
          {...shared}
          pathway={pathway}
          open={searching || open === pathway.key}
          onOpen={() => setOpen(open === pathway.key ? null : pathway.key)}
        />
      ))}
    </ul>
  );
}
