import { useId } from 'react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Choices } from '../../components/choices/Choices.tsx';

/** What a preview is as wide as: a phone, or the LMS's frame. */
export type PreviewWidth = 'phone' | 'frame';

interface WidthChoiceProps {
  width: PreviewWidth;
  onChange: (width: PreviewWidth) => void;
}

/** The choice of how wide a preview is. */
export function WidthChoice({ width, onChange }: WidthChoiceProps) {
  const { t } = useTranslation('studio');
  const id = useId();
  return (
    <>
      <span id={id} hidden>
        {t('preview.width')}
      </span>
      <div className="wm-segments">
        <Choices
          labelledBy={id}
          value={width}
          onChange={onChange}
          choices={[
            { value: 'phone', label: t('preview.phone') },
            { value: 'frame', label: t('preview.frame') },
          ]}
        />
      </div>
    </>
  );
}

interface PreviewScreenProps {
  width: PreviewWidth;
  /** `inset`: with a margin of its own. `whole`: what is in it has the margins of a page, or fills it. */
  shape?: 'inset' | 'whole';
  place?: RefObject<HTMLDivElement | null>;
  children: ReactNode;
}

/** A frame of that width in the page: what is in it follows its width, not the window's. */
export function PreviewScreen({ width, shape = 'inset', place, children }: PreviewScreenProps) {
  return (
    <div className="wm-studio-screen" data-width={width} data-shape={shape} ref={place}>
      <div className="wm-studio-page">{children}</div>
    </div>
  );
}
