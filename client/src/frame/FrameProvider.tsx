import { createContext, useContext, useEffect, useId, useMemo, useSyncExternalStore } from 'react';
import type { ReactNode, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useMaybeSession } from '../api/ApiProvider.tsx';
import { followHeight } from './frameHeight.ts';
import type { PageKind } from './frameHeight.ts';
import { connectLms } from './lmsMessages.ts';
import type { Lms } from './lmsMessages.ts';
import { LeaveGuard } from './leaveGuard.ts';

interface FrameTalk {
  readonly lms: Lms;
  readonly guard: LeaveGuard;
}

const FrameContext = createContext<FrameTalk | null>(null);

/** Connects to the surrounding LMS, by the origins that the session knows. */
export function FrameProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const info = useMaybeSession();
  const origins = info?.frame.origins.join(' ') ?? '';
  const talk = useMemo(() => {
    const lms = connectLms({ origins: origins.split(' ').filter(Boolean) });
    return { lms, guard: new LeaveGuard(lms, () => t('leave.text')) };
  }, [origins, t]);
  useEffect(() => () => talk.guard.stop(), [talk]);
  return <FrameContext value={talk}>{children}</FrameContext>;
}

function useFrame(): FrameTalk | null {
  return useContext(FrameContext);
}

export function useLms(): Lms | null {
  return useFrame()?.lms ?? null;
}

/** Keeps the frame's height right for this kind of page. */
export function useFrameHeight(kind: PageKind, content: RefObject<HTMLElement | null>): void {
  const lms = useLms();
  useEffect(() => {
    if (!lms || !content.current) return undefined;
    return followHeight(kind, lms, content.current);
  }, [lms, kind, content]);
}

const NO_GUARD = { subscribe: () => () => undefined, any: () => false };

/** Whether any part of the page holds unsent text. */
export function useAnyUnsent(): boolean {
  const { subscribe, any } = useFrame()?.guard ?? NO_GUARD;
  return useSyncExternalStore(subscribe, any);
}

/** Reports whether this part of the page holds unsent text; leaving asks first while any part does. */
export function useUnsent(unsent: boolean): void {
  const guard = useFrame()?.guard;
  const part = useId();
  useEffect(() => {
    guard?.set(part, unsent);
    return () => guard?.set(part, false);
  }, [guard, part, unsent]);
}
