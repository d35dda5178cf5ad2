import { useTranslation } from 'react-i18next';
import { frameworkEndpoints } from '../../../../contract/frameworks.ts';
import type { FrameworkRow } from '../../../../contract/frameworks.ts';
import { useApi } from '../../api/ApiProvider.tsx';
import { SelectField } from '../../components/field/SelectField.tsx';
import { TextField } from '../../components/field/TextField.tsx';
import { aboutOf, NEW_FRAMEWORK, toSlug } from './importModel.ts';
import type { AboutField, AboutForm } from './importModel.ts';

interface AboutFieldsProps {
  rows: readonly FrameworkRow[];
  form: AboutForm;
  problems: ReadonlySet<AboutField>;
  onChange: (change: (form: AboutForm) => AboutForm) => void;
}

/** The choice of a framework whose next version the table is; fills in what that says about itself. */
function Which({ rows, form, onChange }: Omit<AboutFieldsProps, 'problems'>) {
  const { t } = useTranslation('frameworks');
  const { call } = useApi();
  const choose = (of: string) => {
    const row = rows.find(({ key }) => key === of);
    if (!row) return onChange(({ language }) => ({ ...NEW_FRAMEWORK, language }));
    onChange((now) => ({ ...now, of, title: row.title, slug: row.slug, licence: row.licence }));
    const params = { key: of, n: row.version };
    call(frameworkEndpoints.read, { params }).then(
      // unless another one was chosen in the meantime
      ({ content }) => onChange((now) => (now.of === of ? aboutOf(content) : now)),
      () => undefined,
    );
  };
  return (
    <SelectField
      label={t('importing.which')}
      value={form.of}
      choices={[
        { value: '', label: t('importing.isNew') },
        ...rows.map(({ key, title }) => ({ value: key, label: t('importing.nextOf', { title }) })),
      ]}
      onChange={choose}
    />
  );
}

/** Cores that a table can adapt: each in its newest version, and the one that the framework stands on now. */
function useCores(rows: readonly FrameworkRow[], of: string): readonly { value: string; label: string }[] {
  const { t } = useTranslation('frameworks');
  const own = rows.find(({ key }) => key === of)?.core;
  const cores = rows.filter(({ core, key }) => core === null && key !== of);
  const all = [...cores.map(({ key, title, version }) => ({ key, title, version })), ...(own ? [own] : [])];
  return [...new Map(all.map((one) => [`${one.key}@${one.version}`, one]))].map(([value, core]) => ({
    value,
    label: t('importing.coreVersion', { title: core.title, n: core.version }),
  }));
}

/** What a table does not say about its framework. */
export function AboutFields({ rows, form, problems, onChange }: AboutFieldsProps) {
  const { t } = useTranslation('frameworks');
  const cores = useCores(rows, form.of);
  const row = rows.find(({ key }) => key === form.of);
  const set = (field: keyof AboutForm) => (value: string) => onChange((now) => ({ ...now, [field]: value }));
  const setTitle = (title: string) =>
    onChange((now) => {
      // follows the title until somebody writes another one
      const follows = row === undefined && now.slug === toSlug(now.title);
      return { ...now, title, slug: follows ? toSlug(title) : now.slug };
    });
  const problem = (field: AboutField, words: string) => (problems.has(field) ? words : null);
  const needed = t('importing.needed');
  return (
    <fieldset className="wm-import-about">
      <legend className="wm-subheading">{t('importing.about')}</legend>
      <Which rows={rows} form={form} onChange={onChange} />
      <TextField
        label={t('importing.name')}
        value={form.title}
        most={255}
        dir="auto"
        error={problem('title', needed)}
        onChange={setTitle}
      />
      {row === undefined && (
        <TextField
          label={t('importing.slug')}
          description={t('importing.slugHelp')}
          value={form.slug}
          most={60}
          error={problem('slug', t('importing.slugWrong'))}
          onChange={set('slug')}
        />
      )}
      <TextField
        label={t('importing.source')}
        value={form.source}
        most={500}
        dir="auto"
        error={problem('source', needed)}
        onChange={set('source')}
      />
      <TextField label={t('importing.licence')} value={form.licence} most={255} onChange={set('licence')} />
      <TextField label={t('importing.edition')} value={form.edition} most={60} onChange={set('edition')} />
      <TextField
        label={t('importing.language')}
        value={form.language}
        most={35}
        error={problem('language', t('importing.languageWrong'))}
        onChange={set('language')}
      />
      {cores.length > 0 && (
        <SelectField
          label={t('importing.core')}
          value={form.core}
          choices={[{ value: '', label: t('importing.noCore') }, ...cores]}
          onChange={set('core')}
        />
      )}
      {form.core === '' && (
        <TextField
          label={t('importing.levels')}
          description={row === undefined ? undefined : t('importing.levelsHelp')}
          value={form.levels}
          most={1000}
          dir="auto"
          onChange={set('levels')}
        />
      )}
    </fieldset>
  );
}
