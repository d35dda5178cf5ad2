import { useTranslation } from 'react-i18next';
import { Need, ReviewedBy } from '../../../../contract/content.ts';
import { EMPTY_DOCUMENT } from '../../../../contract/richText.ts';
import type { ModulePart, PathwayPart } from '../../../../contract/studioParts.ts';
import { SelectField } from '../../components/field/SelectField.tsx';
import { TextField } from '../../components/field/TextField.tsx';
import { findModule } from './changes.ts';
import { FieldPlace, PartPlace } from './FieldPlace.tsx';
import { CyclesFields, KindField } from './CyclesFields.tsx';
import { CriteriaForm } from './CriteriaForm.tsx';
import { ExemplarsForm } from './ExemplarsForm.tsx';
import { AreaField } from '../../components/field/AreaField.tsx';
import { Checks, NumberField } from './fields.tsx';
import { RichField } from './RichField.tsx';
import { RuleField } from './RuleField.tsx';
import { StepsForm } from './StepsForm.tsx';
import { useStudio } from './studioContext.ts';
import { setModule } from './studioModel.ts';

interface ModuleFormProps {
  pathway: PathwayPart;
  module: ModulePart;
}

function Opens({ pathway, module }: ModuleFormProps) {
  const { t } = useTranslation('studio');
  const { parts, change } = useStudio();
  const at = pathway.modules.indexOf(module.key);
  const others = pathway.modules.filter((key) => key !== module.key);
  return (
    <FieldPlace at="opens">
      <RuleField
        label={t('fields.opens')}
        rule={module.opens}
        before={pathway.modules.slice(0, at)}
        kinds={{
          always: t('opens.always'),
          before: t('opens.before'),
          chosen: t('opens.chosen'),
          some: t('opens.some'),
          own: t('opens.own'),
        }}
        choices={{
          pathwayKey: pathway.key,
          modules: others.flatMap((key) => findModule(parts, key) ?? []),
          tracks: pathway.tracks,
        }}
        onChange={(opens) => change((now) => setModule(now, module.key, { opens }))}
      />
    </FieldPlace>
  );
}

function ReviewedByField({ module: { key, reviewedBy } }: { module: ModulePart }) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  return (
    <FieldPlace at="reviewedBy">
      <SelectField
        label={t('fields.reviewedBy')}
        value={reviewedBy}
        choices={ReviewedBy.options.map((one) => ({ value: one, label: t(`reviewedBy.${one}`) }))}
        onChange={(chosen) => change((now) => setModule(now, key, { reviewedBy: chosen }))}
      />
    </FieldPlace>
  );
}

function NeedsFields({ module }: { module: ModulePart }) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { key, needs, lowTech } = module;
  return (
    <>
      <FieldPlace at="needs">
        <Checks
          label={t('fields.needs')}
          chosen={needs}
          choices={Need.options.map((need) => ({ value: need, label: t(`need.${need}`) }))}
          onChange={(chosen) => change((now) => setModule(now, key, { needs: chosen }))}
        />
      </FieldPlace>
      {needs.length > 0 && (
        <FieldPlace at="lowTech">
          <RichField
            key={key}
            label={t('fields.lowTech')}
            help={t('help.lowTech')}
            top={2}
            document={lowTech ?? EMPTY_DOCUMENT}
            onChange={(text) => change((now) => setModule(now, key, { lowTech: text }), `${key}/lowTech`)}
          />
        </FieldPlace>
      )}
    </>
  );
}

function Basics({ pathway, module }: ModuleFormProps) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { key } = module;
  const set = (field: 'title' | 'label' | 'summary' | 'achievement') => (value: string) =>
    change((now) => setModule(now, key, { [field]: value }), `${key}/${field}`);
  return (
    <div className="wm-studio-form">
      <FieldPlace at="title">
        <TextField
          label={t('fields.title')}
          value={module.title}
          most={255}
          dir="auto"
          onChange={set('title')}
        />
      </FieldPlace>
      <div className="wm-studio-pair">
        <FieldPlace at="label">
          <TextField
            label={t('fields.label')}
            description={t('help.label')}
            value={module.label}
            most={40}
            dir="auto"
            onChange={set('label')}
          />
        </FieldPlace>
        <KindField module={module} />
      </div>
      <CyclesFields module={module} />
      <FieldPlace at="summary">
        <AreaField label={t('fields.summary')} value={module.summary} most={500} onChange={set('summary')} />
      </FieldPlace>
      <FieldPlace at="achievement">
        <TextField
          label={t('fields.achievement')}
          description={t('help.achievement')}
          value={module.achievement}
          most={255}
          dir="auto"
          onChange={set('achievement')}
        />
      </FieldPlace>
      <FieldPlace at="badgeLevel">
        <NumberField
          label={t('fields.badgeLevel')}
          value={module.badgeLevel}
          least={1}
          most={4}
          onChange={(badgeLevel) => change((now) => setModule(now, key, { badgeLevel }))}
        />
      </FieldPlace>
      <ReviewedByField module={module} />
      <Opens pathway={pathway} module={module} />
      <NeedsFields module={module} />
    </div>
  );
}

/** Everything that is written in a module. */
export function ModuleForm({ pathway, module }: ModuleFormProps) {
  return (
    <div className="wm-studio-module" data-part={module.key}>
      <PartPlace part={module.key}>
        <section aria-label={module.title}>
          <Basics pathway={pathway} module={module} />
        </section>
        <StepsForm module={module} />
        <CriteriaForm module={module} />
        <ExemplarsForm module={module} />
      </PartPlace>
    </div>
  );
}
