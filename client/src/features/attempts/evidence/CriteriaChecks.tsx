import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../../contract/attempts.ts';
import '../../../components/field/field.css';
import { openCriteria } from '../moduleModel.ts';

interface CriteriaChecksProps {
  workspace: Workspace;
  value: readonly string[];
  onChange: (criteria: string[]) => void;
}

/** Which criteria a piece speaks to; in a later round those that are open, and those it spoke to before. */
export function CriteriaChecks({ workspace, value, onChange }: CriteriaChecksProps) {
  const { t } = useTranslation('module');
  const id = useId();
  const open = openCriteria(workspace);
  const offered = workspace.module.criteria.filter(({ key }) => open.includes(key) || value.includes(key));
  const toggle = (key: string, on: boolean) =>
    onChange(
      workspace.module.criteria
        .map((criterion) => criterion.key)
        .filter((known) => (known === key ? on : value.includes(known))),
    );
  return (
    <fieldset className="wm-checks" aria-describedby={id}>
      <legend className="wm-label">{t('details.criteria')}</legend>
      <p id={id} className="wm-small">
        {t('details.criteriaHelp')}
      </p>
      {offered.map(({ key, code, title }) => (
        <label key={key} className="wm-check">
          <input
            type="checkbox"
            checked={value.includes(key)}
            onChange={(event) => toggle(key, event.currentTarget.checked)}
          />
          <strong>{code}</strong>
          <span dir="auto">{title}</span>
        </label>
      ))}
    </fieldset>
  );
}
