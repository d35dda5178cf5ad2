import { useId } from 'react';
import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Scale } from '../../../../contract/content.ts';
import type { ModulePart } from '../../../../contract/studioParts.ts';
import { TextField } from '../../components/field/TextField.tsx';
import { ICON_STROKE } from '../../components/icon/StateIcon.tsx';
import { FieldPlace } from './FieldPlace.tsx';
import { withLevel, withoutLevel } from './scaleModel.ts';
import { useStudio } from './studioContext.ts';
import { setScale } from './studioModel.ts';
import { focusAdded } from './target.ts';

/** The levels of a module's rubric: their names, and which one is needed for approval. */
export function ScaleForm({ module }: { module: ModulePart }) {
  const { t } = useTranslation('studio');
  const { change } = useStudio();
  const name = useId();
  const { key, scale } = module;
  const set = (next: Scale, joins?: string) => change((now) => setScale(now, key, next), joins);
  const rename = (level: string, to: string) =>
    set(
      { ...scale, levels: scale.levels.map((one) => (one.key === level ? { ...one, name: to } : one)) },
      `${key}/${level}`,
    );
  const add = () => {
    const longer = withLevel(scale, t('scale.new'));
    set(longer);
    focusAdded(key, `scale/${longer.levels.at(-1)?.key}`);
  };
  return (
    <FieldPlace at="scale">
      <details className="wm-details wm-studio-scale">
        <summary>{t('scale.title')}</summary>
        <ol className="wm-plain-list">
          {scale.levels.map((level, at) => (
            <li key={level.key} data-field={`scale/${level.key}`}>
              <TextField
                label={t('scale.name', { n: at + 1 })}
                value={level.name}
                most={40}
                dir="auto"
                onChange={(to) => rename(level.key, to)}
              />
              {at > 0 && (
                <label className="wm-check">
                  <input
                    type="radio"
                    name={name}
                    aria-label={t('scale.neededNamed', { name: level.name })}
                    checked={level.key === scale.meets}
                    onChange={() => set({ ...scale, meets: level.key })}
                  />
                  <span aria-hidden="true">{t('scale.needed')}</span>
                </label>
              )}
              {scale.levels.length > 3 && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={40}
                  aria-label={t('scale.remove', { name: level.name })}
                  onClick={() => set(withoutLevel(scale, level.key))}
                >
                  <IconX size={18} stroke={ICON_STROKE} aria-hidden="true" />
                </ActionIcon>
              )}
            </li>
          ))}
        </ol>
        {scale.levels.length < 6 && (
          <Button
            size="sm"
            variant="subtle"
            leftSection={<IconPlus size={18} stroke={ICON_STROKE} aria-hidden="true" />}
            onClick={add}
          >
            {t('scale.add')}
          </Button>
        )}
      </details>
    </FieldPlace>
  );
}
