import { useContext, useEffect, useId, useState } from 'react';
import { Button } from '@mantine/core';
import { IconChevronDown, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { fitLevels } from '../../../../contract/studioParts.ts';
import type { Criterion } from '../../../../contract/content.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import { Cairn } from '../../components/cairn/Cairn.tsx';
import { StateChip } from '../../components/chip/StateChip.tsx';
import { TextField } from '../../components/field/TextField.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { placeOf } from '../../components/levels/levelPlaces.ts';
import { CriterionCode } from '../../components/rubric/CriterionCode.tsx';
import { useFormat } from '../../i18n/FormatProvider.tsx';
import { AlignmentsField } from './AlignmentsField.tsx';
import { findCriterion } from './changes.ts';
import { askingIn, setEvidence } from './evidenceModel.ts';
import type { Asking } from './evidenceModel.ts';
import { FieldPlace, NotesContext, PartPlace } from './FieldPlace.tsx';
import { AreaField } from '../../components/field/AreaField.tsx';
import { Checks, NumberField } from './fields.tsx';
import { ItemMenu } from './ItemMenu.tsx';
import { ScaleForm } from './ScaleForm.tsx';
import { useStudio } from './studioContext.ts';
import { addCriterion, moveCriterion, removeCriterion, setCriterion, setDescriptor } from './studioModel.ts';
import { focusAdded, useTarget } from './target.ts';
import { useDragOrder } from './useDragOrder.ts';
import type { Grip } from './useDragOrder.ts';

/** The kinds of evidence that are asked for a criterion, in words. */
function useAskedKinds(asking: readonly Asking[], key: string): string[] {
  const { t } = useTranslation();
  const asked = asking.filter(({ criteria }) => criteria.includes(key));
  const kinds = asked.flatMap((block) => (block.type === 'prompt' ? (['reflection'] as const) : block.kinds));
  return [...new Set(kinds)].map((kind) => t(`evidence.${kind}`));
}

interface CriterionProps {
  module: ModulePart;
  criterion: Criterion;
  asking: readonly Asking[];
}

function Levels({ module, criterion }: Omit<CriterionProps, 'asking'>) {
  const { change } = useStudio();
  const { scale } = module;
  return (
    <div className="wm-studio-levels">
      {fitLevels(criterion, scale).map(({ key, level, descriptor }) => (
        // the check names a level, a change of somebody else its descriptor
        <FieldPlace key={key} at={[`levels/${level}`, `levels/${key}`]}>
          <Cairn place={placeOf(scale, level)} height={22} />
          <AreaField
            label={scale.levels.find((one) => one.key === level)?.name}
            value={descriptor}
            most={1000}
            rows={4}
            onChange={(text) =>
              change(
                (now) => setDescriptor(now, { criterion: criterion.key, scale }, level, text),
                `${criterion.key}/${level}`,
              )
            }
          />
        </FieldPlace>
      ))}
    </div>
  );
}

function Evidence({ module, criterion, asking }: CriterionProps) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { key } = criterion;
  if (asking.length === 0) return <p className="wm-small">{t('criterion.nothingToAsk')}</p>;
  return (
    <Checks
      label={t('criterion.askedBy')}
      chosen={asking.filter(({ criteria }) => criteria.includes(key)).map((block) => block.key)}
      choices={asking.map((block) => ({
        value: block.key,
        label: (block.type === 'prompt' ? block.question : block.title) || t(`block.${block.type}`),
      }))}
      onChange={(blocks) =>
        change((now) =>
          setEvidence(now, module.key, {
            criterion: key,
            all: asking.map((block) => block.key),
            chosen: blocks,
          }),
        )
      }
    />
  );
}

function Fields({ module, criterion, asking }: CriterionProps) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { key } = criterion;
  return (
    <PartPlace part={key}>
      <div className="wm-studio-pair">
        <FieldPlace at="title">
          <TextField
            label={t('fields.title')}
            value={criterion.title}
            most={255}
            dir="auto"
            onChange={(title) => change((now) => setCriterion(now, key, { title }), `${key}/title`)}
          />
        </FieldPlace>
        <FieldPlace at="kindsNeeded">
          <NumberField
            label={t('fields.kindsNeeded')}
            value={criterion.kindsNeeded}
            least={1}
            most={4}
            onChange={(kindsNeeded) => change((now) => setCriterion(now, key, { kindsNeeded }))}
          />
        </FieldPlace>
      </div>
      <Levels module={module} criterion={criterion} />
      <Evidence module={module} criterion={criterion} asking={asking} />
      <AlignmentsField criterion={criterion} />
    </PartPlace>
  );
}

interface CardProps extends CriterionProps {
  at: number;
  names: readonly string[];
  grip: Grip;
}

function Card({ module, criterion, asking, at, names, grip }: CardProps) {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const { change, conflicts } = useStudio();
  const { key, code, title } = criterion;
  const id = useId();
  const target = useTarget();
  const kinds = useAskedKinds(asking, key);
  const faults = useContext(NotesContext).get(key)?.length ?? 0;
  const hasConflict = conflicts.has(key);
  const [isOpen, setOpen] = useState(title === '' || hasConflict);
  useEffect(() => {
    if (target?.part === key || hasConflict) setOpen(true);
  }, [target, key, hasConflict]);
  return (
    <div role="group" className="wm-studio-card" data-movable data-part={key} aria-label={names[at]}>
      <div className="wm-studio-card-head">
        <button
          type="button"
          className="wm-studio-fold"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          <CriterionCode code={code} />
          <strong dir="auto">{title || t('criterion.name', { code })}</strong>
          {kinds.length === 0 ? (
            <StateChip state="error">{t('criterion.noEvidence')}</StateChip>
          ) : (
            <span className="wm-small">{format.list(kinds)}</span>
          )}
          {!isOpen && faults > 0 && (
            <span className="wm-small">{t('criterion.faults', { count: faults })}</span>
          )}
          <IconChevronDown size={18} stroke={ICON_STROKE} aria-hidden="true" />
        </button>
        <ItemMenu
          grip={grip}
          part={{ type: 'criterion', criterion }}
          name={names[at] ?? ''}
          at={at}
          names={names}
          onMove={(to) => change((now) => moveCriterion(now, module.key, key, to))}
          onRemove={() => change((now) => removeCriterion(now, module.key, key))}
        />
      </div>
      <div id={id} hidden={!isOpen} className="wm-studio-card-body">
        {isOpen && <Fields module={module} criterion={criterion} asking={asking} />}
      </div>
    </div>
  );
}

/** What reviewers judge by, with the levels of the rubric side by side. */
export function CriteriaForm({ module }: { module: ModulePart }) {
  const { t } = useTranslation('studio');
  const { parts, change } = useStudio();
  const criteria = module.criteria.flatMap((key) => findCriterion(parts, key) ?? []);
  const names = criteria.map(({ criterion: { code, title } }) =>
    title ? `${code} ${title}` : t('criterion.name', { code }),
  );
  const order = useDragOrder((from, to) => {
    const moved = criteria[from]?.criterion.key;
    if (moved !== undefined) change((now) => moveCriterion(now, module.key, moved, to));
  });
  const asking = askingIn(parts, module);
  return (
    <section className="wm-studio-criteria">
      <FieldPlace at="criteria">
        <h2>{t('module.rubric')}</h2>
      </FieldPlace>
      {criteria.length === 0 && <p className="wm-small">{t('module.noCriteria')}</p>}
      <ol className="wm-plain-list wm-studio-blocks" ref={order.list}>
        {criteria.map(({ criterion }, at) => (
          <li key={criterion.key} data-look={order.lookOf(at)}>
            <Card
              module={module}
              criterion={criterion}
              asking={asking}
              at={at}
              names={names}
              grip={order.gripOf(at)}
            />
          </li>
        ))}
      </ol>
      {criteria.length < 8 && (
        <Button
          size="sm"
          variant="subtle"
          leftSection={<IconPlus size={18} stroke={ICON_STROKE} aria-hidden="true" />}
          onClick={() => {
            const key = crypto.randomUUID();
            change((now) => addCriterion(now, module.key, key));
            focusAdded(key);
          }}
        >
          {t('module.addCriterion')}
        </Button>
      )}
      <ScaleForm module={module} />
    </section>
  );
}
