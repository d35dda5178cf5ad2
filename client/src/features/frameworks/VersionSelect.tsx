import { useId } from 'react';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import '../../components/field/field.css';

interface VersionSelectProps {
  value: number;
  newest: number;
  onChange: (version: number) => void;
}

/** A choice of one of the published versions of a framework, the newest first. */
export function VersionSelect({ value, newest, onChange }: VersionSelectProps) {
  const { t } = useTranslation('frameworks');
  const id = useId();
  return (
    <div className="wm-framework-version">
      <label htmlFor={id} className="wm-label">
        {t('version')}
      </label>
      <span className="wm-select">
        <select
          id={id}
          className="wm-input"
          value={value}
          onChange={(event) => onChange(Number(event.currentTarget.value))}
        >
          {Array.from({ length: newest }, (_, at) => newest - at).map((n) => (
            <option key={n} value={n}>
              {t(n === newest ? 'newest' : 'versionNumber', { n })}
            </option>
          ))}
        </select>
        <IconChevronDown size={18} stroke={ICON_STROKE} aria-hidden="true" />
      </span>
    </div>
  );
}
