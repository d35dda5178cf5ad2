import { useTranslation } from 'react-i18next';
import { ModuleKind, Need } from '../../../../contract/content.ts';
import { EMPTY_DOCUMENT } from '../../../../contract/richText.ts';
import type { ModulePart, PathwayPart } from '../../../../contract/studioParts.ts';
import { TextField } from '../../components/field/TextField.tsx';
import { SelectField } from '../../components/field/SelectField.tsx';
import { findModule } from './changes.ts';
import { Conflicts } from './Conflicts.tsx';
import { CriteriaForm } from './CriteriaForm.tsx';
import { ExemplarsForm } from './ExemplarsForm.tsx';
import { AreaField, Checks, NumberField } from './fields.tsx';
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
    <div data-field="opens">
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
    </div>
  );
}

function NeedsFields({ module }: { module: ModulePart }) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const { key, needs, lowTech } = module;
  return (
    <>
      <div data-field="needs">
        <Checks
          label={t('fields.needs')}
          chosen={needs}
          choices={Need.options.map((need) => ({ value: need, label: t(`need.${need}`) }))}
          onChange={(chosen) => change((now) => setModule(now, key, { needs: chosen }))}
        />
      </div>
      {needs.length > 0 && (
        <div data-field="lowTech">
          <RichField
            key={key}
            label={t('fields.lowTech')}
            help={t('help.lowTech')}
            document={lowTech ?? EMPTY_DOCUMENT}
            onChange={(text) => change((now) => setModule(now, key, { lowTech: text }), `${key}/lowTech`)}
          />
        </div>
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
      <div data-field="title">
        <TextField
          label={t('fields.title')}
          value={module.title}
          most={255}
          dir="auto"
          onChange={set('title')}
        />
      </div>
      <div className="wm-studio-pair">
        <div data-field="label">
          <TextField
            label={t('fields.label')}
            description={t('help.label')}
            value={module.label}
            most={40}
            dir="auto"
            onChange={set('label')}
          />
        </div>
        <div data-field="kind">
          <SelectField
            label={t('fields.kind')}
            value={module.kind}
            choices={ModuleKind.options.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
            onChange={(kind) => change((now) => setModule(now, key, { kind }))}
          />
        </div>
      </div>
      <div data-field="summary">
        <AreaField label={t('fields.summary')} value={module.summary} most={500} onChange={set('summary')} />
      </div>
      <div data-field="achievement">
        <TextField
          label={t('fields.achievement')}
          description={t('help.achievement')}
          value={module.achievement}
          most={255}
          dir="auto"
          onChange={set('achievement')}
        />
      </div>
      <div data-field="badgeLevel">
        <NumberField
          label={t('fields.badgeLevel')}
          value={module.badgeLevel}
          least={1}
          most={4}
          onChange={(badgeLevel) => change((now) => setModule(now, key, { badgeLevel }))}
        />
      </div>
      <Opens pathway={pathway} module={module} />
      <NeedsFields module={module} />
    </div>
  );
}

/** Everything that is written in a module. */
export function ModuleForm({ pathway, module }: ModuleFormProps) {
  return (
    <div className="wm-studio-module">
      <section data-part={module.key} aria-label={module.title}>
        <Conflicts part={module.key} />
        <Basics pathway={pathway} module={module} />
      </section>
      <StepsForm module={module} />
      <CriteriaForm module={module} />
      <ExemplarsForm module={module} />
    </div>
  );
}
