import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Criterion, Exemplar } from '../../../../contract/content.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import { TextField } from '../../components/field/TextField.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { SelectField } from '../../components/field/SelectField.tsx';
import { findCriterion, findExemplar } from './changes.ts';
import { FieldPlace, PartPlace } from './FieldPlace.tsx';
import { AreaField } from '../../components/field/AreaField.tsx';
import { ItemMenu } from './ItemMenu.tsx';
import { RichField } from './RichField.tsx';
import { useStudio } from './studioContext.ts';
import { addExemplar, moveExemplar, removeExemplar, setExemplar } from './studioModel.ts';
import { focusAdded } from './target.ts';
import { useDragOrder } from './useDragOrder.ts';
import type { Grip } from './useDragOrder.ts';

type Set = (fields: Partial<Omit<Exemplar, 'key'>>, field: string) => void;

interface JudgementProps {
  module: ModulePart;
  exemplar: Exemplar;
  criterion: Criterion;
  set: Set;
}

/** The level and the comment that an example gets in one criterion. */
function Judgement({ module, exemplar, criterion, set }: JudgementProps) {
  const { t } = useTranslation('studio');
  const { key, code } = criterion;
  const own = exemplar.criteria.find((one) => one.criterion === key);
  const others = exemplar.criteria.filter((one) => one.criterion !== key);
  const level = own?.level ?? '';
  const choices = module.scale.levels.map((one) => ({ value: one.key, label: one.name }));
  return (
    <FieldPlace at={`criteria/${key}`} className="wm-studio-pair">
      <AreaField
        label={t('exemplar.comment', { code })}
        value={own?.comment ?? ''}
        most={2000}
        onChange={(comment) =>
          set(
            { criteria: [...others, { criterion: key, level: level || module.scale.meets, comment }] },
            `${key}/comment`,
          )
        }
      />
      <SelectField
        label={t('exemplar.level', { code })}
        value={level}
        choices={[{ value: '', label: t('exemplar.noLevel') }, ...choices]}
        onChange={(next) => {
          const judged = { criterion: key, level: next, comment: own?.comment ?? '' };
          set({ criteria: next === '' ? others : [...others, judged] }, `${key}/level`);
        }}
      />
    </FieldPlace>
  );
}

interface CardProps {
  module: ModulePart;
  exemplar: Exemplar;
  at: number;
  names: readonly string[];
  grip: Grip;
}

function Card({ module, exemplar, at, names, grip }: CardProps) {
  const { t } = useTranslation('studio');
  const { parts, change } = useStudio();
  const { key, title } = exemplar;
  const set: Set = (fields, field) => change((now) => setExemplar(now, key, fields), `${key}/${field}`);
  const criteria = module.criteria.flatMap((one) => findCriterion(parts, one)?.criterion ?? []);
  return (
    <div role="group" className="wm-studio-card" data-movable data-part={key} aria-label={names[at]}>
      <div className="wm-studio-card-head">
        <h3 className="wm-label" dir="auto">
          {names[at]}
        </h3>
        <ItemMenu
          grip={grip}
          part={{ type: 'exemplar', exemplar }}
          name={names[at] ?? ''}
          at={at}
          names={names}
          onMove={(to) => change((now) => moveExemplar(now, module.key, key, to))}
          onRemove={() => change((now) => removeExemplar(now, module.key, key))}
        />
      </div>
      <PartPlace part={key}>
        <div className="wm-studio-pair">
          <FieldPlace at="title">
            <TextField
              label={t('fields.title')}
              value={title}
              most={255}
              dir="auto"
              onChange={(next) => set({ title: next }, 'title')}
            />
          </FieldPlace>
          <FieldPlace at="outcome">
            <SelectField
              label={t('exemplar.outcome')}
              value={exemplar.outcome}
              choices={(['approved', 'returned'] as const).map((outcome) => ({
                value: outcome,
                label: t(`exemplar.${outcome}`),
              }))}
              onChange={(outcome) => set({ outcome }, 'outcome')}
            />
          </FieldPlace>
        </div>
        <FieldPlace at="content">
          <RichField
            label={t('exemplar.work')}
            top={4}
            document={exemplar.content}
            onChange={(content) => set({ content }, 'content')}
          />
        </FieldPlace>
        {criteria.map((criterion) => (
          <Judgement
            key={criterion.key}
            module={module}
            exemplar={exemplar}
            criterion={criterion}
            set={set}
          />
        ))}
        <FieldPlace at="comment">
          <AreaField
            label={t('exemplar.overall')}
            value={exemplar.comment}
            most={4000}
            onChange={(comment) => set({ comment }, 'comment')}
          />
        </FieldPlace>
      </PartPlace>
    </div>
  );
}

/** Examples of work with their judgement, so that people see what the rubric means. */
export function ExemplarsForm({ module }: { module: ModulePart }) {
  const { t } = useTranslation('studio');
  const { parts, change } = useStudio();
  const exemplars = module.exemplars.flatMap((key) => findExemplar(parts, key)?.exemplar ?? []);
  const names = exemplars.map(({ title }) => title || t('exemplar.unnamed'));
  const order = useDragOrder((from, to) => {
    const moved = exemplars[from];
    if (moved) change((now) => moveExemplar(now, module.key, moved.key, to));
  });
  return (
    <section className="wm-studio-criteria">
      <h2>{t('exemplar.title')}</h2>
      <ol className="wm-plain-list wm-studio-blocks" ref={order.list}>
        {exemplars.map((exemplar, at) => (
          <li key={exemplar.key} data-look={order.lookOf(at)}>
            <Card module={module} exemplar={exemplar} at={at} names={names} grip={order.gripOf(at)} />
          </li>
        ))}
      </ol>
      {exemplars.length < 4 && (
        <Button
          size="sm"
          variant="subtle"
          leftSection={<IconPlus size={18} stroke={ICON_STROKE} aria-hidden="true" />}
          onClick={() => {
            const key = crypto.randomUUID();
            change((now) => addExemplar(now, module.key, key));
            focusAdded(key);
          }}
        >
          {t('exemplar.add')}
        </Button>
      )}
    </section>
  );
}
