import type { z } from 'zod';
import type { LmsFrame } from '../../../contract/sessions.ts';

type Frame = z.infer<typeof LmsFrame>;

/** What the LMS reports about the surrounding window, in CSS px (Canvas: `lti.fetchWindowSize`). */
export interface LmsWindow {
  readonly height: number;
  /** The height of what is above our frame. */
  readonly top: number;
  readonly footer: number;
  readonly scrollY: number;
}

const ANSWER_WITHIN_MS = 1500;

/** `https://*.instructure.com` matches each of its hosts; anything else matches only itself. */
function fits(known: string, origin: string): boolean {
  if (!known.includes('*')) return originOf(known) === origin;
  const [scheme = '', host = ''] = known.split('://');
  return origin.startsWith(`${scheme}://`) && origin.endsWith(host.replace('*', '')) && host.startsWith('*.');
}

function originOf(address: string): string | null {
  try {
    return new URL(address).origin;
  } catch {
    return null;
  }
}

/**
 * The origins that a message to the parent may name: the one that really is our parent, if the session knows it, else (Firefox
 * does not tell) each known one in turn. Never `*`: messages carry unload texts and heights, and responses are trusted.
 */
export function parentOrigins(known: readonly string[], ancestor: string | null): string[] {
  if (ancestor !== null) return known.some((one) => fits(one, ancestor)) ? [ancestor] : [];
  return [...new Set(known.filter((one) => !one.includes('*')).flatMap((one) => originOf(one) ?? []))];
}

function ancestorOrigin(): string | null {
  const list = 'ancestorOrigins' in window.location ? window.location.ancestorOrigins : null;
  return list?.[0] ?? originOf(document.referrer);
}

export interface Lms {
  /** True if we are in a page of an LMS and know its origin. */
  readonly framed: boolean;
  resize: (height: number) => void;
  scrollToTop: () => void;
  setUnloadMessage: (message: string) => void;
  removeUnloadMessage: () => void;
  /** The surrounding window, or null if the LMS does not respond in time. */
  windowSize: () => Promise<LmsWindow | null>;
}

/** Talks to the surrounding LMS with Canvas's messages (doc/api/lti_window_post_message.md); others ignore them. */
export function connectLms(frame: Pick<Frame, 'origins'>): Lms {
  const inFrame = window.parent !== window;
  const targets = inFrame ? parentOrigins(frame.origins, ancestorOrigin()) : [];
  const post = (message: Record<string, unknown>) => {
    for (const origin of targets) window.parent.postMessage(message, origin);
  };
  return {
    framed: targets.length > 0,
    resize: (height) => post({ subject: 'lti.frameResize', height }),
    scrollToTop: () => post({ subject: 'lti.scrollToTop' }),
    setUnloadMessage: (message) => post({ subject: 'lti.setUnloadMessage', message }),
    removeUnloadMessage: () => post({ subject: 'lti.removeUnloadMessage' }),
    windowSize: () => (targets.length > 0 ? askWindowSize(post, targets) : Promise.resolve(null)),
  };
}

function askWindowSize(post: (message: Record<string, unknown>) => void, from: readonly string[]) {
  return new Promise<LmsWindow | null>((resolve) => {
    const finish = (size: LmsWindow | null) => {
      window.removeEventListener('message', listen);
      clearTimeout(timer);
      resolve(size);
    };
    const listen = (event: MessageEvent<unknown>) => {
      if (event.source !== window.parent || !from.includes(event.origin)) return;
      const size = toLmsWindow(event.data);
      if (size) finish(size);
    };
    const timer = setTimeout(() => finish(null), ANSWER_WITHIN_MS);
    window.addEventListener('message', listen);
    post({ subject: 'lti.fetchWindowSize' });
  });
}

/** Older versions of Canvas respond with JSON text, newer ones with an object; numbers may be missing. */
export function toLmsWindow(data: unknown): LmsWindow | null {
  const parsed = typeof data === 'string' ? parseJson(data) : data;
  if (typeof parsed !== 'object' || parsed === null) return null;
  const answer = parsed as Record<string, unknown>;
  if (answer['subject'] !== 'lti.fetchWindowSize.response') return null;
  const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
  const offset = (answer['offset'] ?? {}) as Record<string, unknown>;
  const height = number(answer['height']);
  if (height <= 0) return null;
  return {
    height,
    top: number(offset['top']),
    footer: number(answer['footer']),
    scrollY: number(answer['scrollY']),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
