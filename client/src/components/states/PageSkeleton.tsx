import { useEffect, useState } from 'react';
import { VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import './states.css';

export type SkeletonShape = 'map' | 'module' | 'review' | 'rows' | 'text';

const DELAY_MS = 300;

/** True once 300 ms have passed: anything faster needs no sign of waiting. */
function useDelayPassed(): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), DELAY_MS);
    return () => clearTimeout(timer);
  }, []);
  return passed;
}

function Lines({ count }: { count: number }) {
  return Array.from({ length: count }, (_, index) => <span key={index} className="wm-bone wm-bone-line" />);
}

function Rows({ count }: { count: number }) {
  return Array.from({ length: count }, (_, index) => (
    <div key={index} className="wm-bone-row">
      <span className="wm-bone wm-bone-mark" />
      <Lines count={2} />
    </div>
  ));
}

/** The page's outline in grey, after 300 ms; nothing before that, since most pages have loaded by then. */
export function PageSkeleton({ shape }: { shape: SkeletonShape }) {
  const { t } = useTranslation();
  const isDelayPassed = useDelayPassed();
  if (!isDelayPassed) return null;
  const split = shape === 'module' || shape === 'review';
  return (
    <div className="wm-skeleton" data-shape={shape} aria-busy="true">
      <VisuallyHidden>{t('loading')}</VisuallyHidden>
      <div className="wm-skeleton-main" aria-hidden="true">
        <span className="wm-bone wm-bone-title" />
        <Lines count={shape === 'text' ? 5 : 2} />
        {(shape === 'map' || shape === 'rows') && <Rows count={4} />}
        {split && <span className="wm-bone wm-bone-box" />}
      </div>
      {split && (
        <div className="wm-skeleton-side" aria-hidden="true">
          <Rows count={3} />
        </div>
      )}
    </div>
  );
}
