import '@testing-library/jest-dom/jest-globals';
import 'fake-indexeddb/auto';
import { webcrypto } from 'node:crypto';
import { format } from 'node:util';
import { afterEach, beforeEach } from '@jest/globals';
import { cleanup, configure } from '@testing-library/react';

// anything expected appears within this time even on the busiest machine; anything that does not appear fails the test all the
// same
configure({ asyncUtilTimeout: 30_000 });

/** What a test printed as a warning or an error: none is expected, so each one is a finding. */
const printed: string[] = [];
const note = (...values: unknown[]): void => void printed.push(format(...values));
console.error = note;
console.warn = note;

beforeEach(() => {
  printed.length = 0;
});
afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
  if (printed.length > 0) throw new Error(`the console got:\n${printed.splice(0).join('\n')}`);
});

/** jsdom has no layout: nothing is ever resized. */
class StillResizeObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** jsdom scrolls nothing: nothing comes into view. */
class StillIntersectionObserver implements IntersectionObserver {
  readonly root = null;
  readonly rootMargin = '';
  readonly scrollMargin = '';
  readonly thresholds = [];
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
  takeRecords(): IntersectionObserverEntry[] {
    return [];
  }
}

/** A narrow, light screen of somebody who wants no motion, so that no animation frame outlives a test. Never changes. */
class StillScreen extends EventTarget implements MediaQueryList {
  readonly matches: boolean;
  onchange = null;
  readonly media: string;

  constructor(media: string) {
    super();
    this.media = media;
    this.matches = media.includes('prefers-reduced-motion: reduce');
  }
  addListener(): void {}
  removeListener(): void {}
}

/** The faces that Mantine's growing text box listens to. */
const fonts = Object.assign(new EventTarget(), { ready: Promise.resolve(), status: 'loaded' });

// What jsdom lacks and Mantine, tiptap or our own code need.
Object.defineProperties(window, {
  matchMedia: { writable: true, value: (media: string) => new StillScreen(media) },
  ResizeObserver: { writable: true, value: StillResizeObserver },
  IntersectionObserver: { writable: true, value: StillIntersectionObserver },
  scrollTo: { writable: true, value: () => undefined },
});
Object.defineProperty(document, 'fonts', { configurable: true, value: fonts });
Object.defineProperty(Element.prototype, 'scrollIntoView', { writable: true, value: () => undefined });
// axe checks whether a text is drawn by an icon font
Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', { writable: true, value: () => null });
Object.defineProperty(crypto, 'subtle', { configurable: true, value: webcrypto.subtle });

// ProseMirror asks for the position of its text
const nowhere = (): DOMRect => new DOMRect(0, 0, 0, 0);
const noRects = (): DOMRectList => Object.assign([], { item: () => null });
Object.defineProperties(Range.prototype, {
  getBoundingClientRect: { writable: true, value: nowhere },
  getClientRects: { writable: true, value: noRects },
});
Object.defineProperty(document, 'elementFromPoint', { writable: true, value: () => null });
