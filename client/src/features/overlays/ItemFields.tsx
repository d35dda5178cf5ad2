import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { nameOfItem } from '../../../../contract/frameworkRules.ts';
import type { FrameworkContent, FrameworkItem } from '../../../../contract/frameworks.ts';
import { isRaised } from '../../../../contract/overlayEdits.ts';
import type { OwnItem } from '../../../../contract/overlays.ts';
import { AreaField } from '../../components/field/AreaField.tsx';
import { SelectField } from '../../components/field/SelectField.tsx';
import { TextField } from '../../components/field/TextField.tsx';
import { changeCoreItem, changeOwnItem, removeOwnItem } from './overlayModel.ts';
import { useOverlay } from './overlayContext.ts';

interface CoreWordsProps {
  /** What the core says. */
  text: string;
  /** Of the field. */
  field: string;
  onPutBack: () => void;
}

/** What the core says where the overlay says something else, and the way back to it. */
export function CoreWords({ text, field, onPutBack }: CoreWordsProps) {
  const { t } = useTranslation('overlays');
  return (
    <div className="wm-adapted-core">
      <p className="wm-small" dir="auto">
        {text ? t('core', { text }) : t('coreNothing')}
      </p>
      <Button
        size="compact-sm"
        variant="subtle"
        aria-label={t('putBackNamed', { field })}
        onClick={onPutBack}
      >
        {t('putBack')}
      </Button>
    </div>
  );
}

const nameOfLevel = ({ levels }: FrameworkContent, level: string | null): string =>
  levels.find(({ key }) => key === level)?.name ?? '';

/** The fields of an item of the core. */
export function CoreItemFields({ item }: { item: FrameworkItem }) {
  const { t } = useTranslation('overlays');
  const { edits, core, change } = useOverlay();
  const edit = edits.items.find(({ key }) => key === item.key);
  const set = (words: Parameters<typeof changeCoreItem>[1]) => change(changeCoreItem(item, words));
  // no less than the core asks for
  const levels = core.levels.filter(({ key }) => key === item.target || isRaised(core, item, key));
  const target = edit?.target ?? null;
  const chosen = target !== null && isRaised(core, item, target) ? target : (item.target ?? '');
  return (
    <div className="wm-adapted-fields">
      <TextField
        label={t('itemTitle')}
        value={edit?.title ?? item.title}
        most={255}
        dir="auto"
        onChange={(title) => set({ title })}
      />
      {edit && edit.title !== null && (
        <CoreWords text={item.title} field={t('itemTitle')} onPutBack={() => set({ title: null })} />
      )}
      <AreaField
        label={t('canDo')}
        value={edit?.canDo ?? item.canDo}
        most={10_000}
        onChange={(canDo) => set({ canDo })}
      />
      {edit && edit.canDo !== null && (
        <CoreWords text={item.canDo} field={t('canDo')} onPutBack={() => set({ canDo: null })} />
      )}
      {core.levels.length > 0 && (
        <SelectField
          label={t('target')}
          value={chosen}
          choices={[
            ...(item.target === null ? [{ value: '', label: t('noTarget') }] : []),
            ...levels.map(({ key, name }) => ({ value: key, label: name })),
          ]}
          onChange={(level) => set({ target: level === '' ? null : level })}
        />
      )}
      {isRaised(core, item, target) && (
        <CoreWords
          text={nameOfLevel(core, item.target)}
          field={t('target')}
          onPutBack={() => set({ target: null })}
        />
      )}
    </div>
  );
}

interface LevelFieldProps {
  label: string;
  none: string;
  value: string | null;
  onChange: (level: string | null) => void;
}

function LevelField({ label, none, value, onChange }: LevelFieldProps) {
  const { core } = useOverlay();
  if (core.levels.length === 0) return null;
  return (
    <SelectField
      label={label}
      value={value ?? ''}
      choices={[
        { value: '', label: none },
        ...core.levels.map(({ key, name }) => ({ value: key, label: name })),
      ]}
      onChange={(level) => onChange(level === '' ? null : level)}
    />
  );
}

/** The fields of an item that the overlay added. */
export function OwnItemFields({ item }: { item: OwnItem }) {
  const { t } = useTranslation('overlays');
  const { edits, core, change } = useOverlay();
  const set = (words: Partial<OwnItem>) => change(changeOwnItem(item.key, words));
  const strands = [...core.strands, ...edits.ownStrands];
  const name = nameOfItem(item) || t('newItem');
  return (
    <div className="wm-adapted-fields">
      <TextField
        label={t('itemTitle')}
        value={item.title}
        most={255}
        dir="auto"
        onChange={(title) => set({ title })}
      />
      <AreaField label={t('canDo')} value={item.canDo} most={10_000} onChange={(canDo) => set({ canDo })} />
      <TextField label={t('code')} value={item.code} most={60} onChange={(code) => set({ code })} />
      <SelectField
        label={t('strand')}
        value={item.strand ?? ''}
        choices={[
          { value: '', label: '–' },
          ...strands.map(({ key, title }) => ({ value: key, label: title })),
        ]}
        onChange={(strand) => set({ strand: strand === '' ? null : strand, parent: null })}
      />
      <LevelField
        label={t('level')}
        none={t('noLevel')}
        value={item.level}
        onChange={(level) => set({ level })}
      />
      <LevelField
        label={t('target')}
        none={t('noTarget')}
        value={item.target}
        onChange={(target) => set({ target })}
      />
      <div>
        <Button
          size="sm"
          variant="default"
          aria-label={t('removeNamed', { name })}
          onClick={() => change(removeOwnItem(item.key), t('removed', { name }))}
        >
          {t('remove')}
        </Button>
      </div>
    </div>
  );
}
