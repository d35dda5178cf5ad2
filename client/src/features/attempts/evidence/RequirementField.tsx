import { useId } from 'react';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../../../../contract/attempts.ts';
import { requirementsOf } from '../../../../../contract/cycles.ts';
import type { EvidenceView } from '../../../../../contract/evidence.ts';
import '../../../components/field/field.css';
import { ICON_STROKE } from '../../../components/icon/StateIcon.tsx';
import { openCriteria } from '../moduleModel.ts';

interface RequirementFieldProps {
  workspace: Workspace;
  piece: Pick<EvidenceView, 'kind' | 'requirementKey'>;
  value: string | null;
  /** With the open criteria that the requirement speaks to. */
  onChange: (chosen: { key: string | null; criteria: string[] }) => void;
}

/** Which of the requirements a file fulfils; nothing to choose if none accepts its kind. */
export function RequirementField({ workspace, piece, value, onChange }: RequirementFieldProps) {
  const { t } = useTranslation('module');
  const id = useId();
  const open = openCriteria(workspace);
  const offered = requirementsOf(workspace.module).filter(
    ({ key, kinds }) => kinds.includes(piece.kind) || key === piece.requirementKey,
  );
  if (offered.length === 0) return null;
  const choose = (key: string) => {
    const chosen = offered.find((requirement) => requirement.key === key);
    const criteria = chosen?.criteria.filter((criterion) => open.includes(criterion)) ?? [];
    onChange({ key: chosen?.key ?? null, criteria });
  };
  return (
    <div className="wm-field">
      <label className="wm-label" htmlFor={id}>
        {t('details.for')}
      </label>
      <span className="wm-select">
        <select
          id={id}
          className="wm-input"
          dir="auto"
          value={value ?? ''}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="">{t('details.forNone')}</option>
          {offered.map(({ key, title }) => (
            <option key={key} value={key}>
              {title}
            </option>
          ))}
        </select>
        <IconChevronDown size={16} stroke={ICON_STROKE} aria-hidden="true" />
      </span>
    </div>
  );
}
