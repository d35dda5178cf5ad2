import { useId, useState } from 'react';
import { useMantineColorScheme } from '@mantine/core';
import type { MantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Choices } from '../choices/Choices.tsx';
import { Dialog } from '../dialog/Dialog.tsx';
import { applyTextSize, textSize } from '../look/look.ts';
import type { TextSize } from '../look/look.ts';

/** Text size and theme: stored on this device if it can store anything. */
export function LookDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  // to suppress transitions, Mantine would add a style element, which our policy refuses
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const [size, setSize] = useState<TextSize>(textSize);
  const id = useId();

  const changeSize = (next: TextSize) => {
    setSize(next);
    applyTextSize(next);
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={t('bar.look')}>
      <div className="wm-stack">
        <h3 id={`${id}-theme`}>{t('bar.theme')}</h3>
        <Choices<MantineColorScheme>
          labelledBy={`${id}-theme`}
          value={colorScheme}
          onChange={setColorScheme}
          choices={[
            { value: 'auto', label: t('bar.themeAuto') },
            { value: 'light', label: t('bar.themeLight') },
            { value: 'dark', label: t('bar.themeDark') },
          ]}
        />
        <h3 id={`${id}-text`}>{t('bar.textSize')}</h3>
        <Choices<TextSize>
          labelledBy={`${id}-text`}
          value={size}
          onChange={changeSize}
          choices={[
            { value: 'normal', label: t('bar.textNormal') },
            { value: 'large', label: t('bar.textLarge') },
            { value: 'larger', label: t('bar.textLarger') },
          ]}
        />
      </div>
    </Dialog>
  );
}
