import '@testing-library/jest-dom/jest-globals';
import 'fake-indexeddb/auto';
import { webcrypto } from 'node:crypto';
import { afterEach } from '@jest/globals';
import { cleanup } from '@testing-library/react';

afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
});

/** jsdom has no layout: nothing is ever resized. */
class StillResizeObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** No media query matches: a narrow, light screen with motion. Never changes. */
class NoMatch extends EventTarget implements MediaQueryList {
  readonly matches = false;
  onchange = null;
  readonly media: string;

  constructor(media: string) {
    super();
    this.media = media;
  }
  addListener(): void {}
  removeListener(): void {}
}

/** The faces that Mantine's growing text box listens to. */
const fonts = Object.assign(new EventTarget(), { ready: Promise.resolve(), status: 'loaded' });

// What jsdom lacks and Mantine, tiptap or our own code ask for.
Object.defineProperties(window, {
  matchMedia: { writable: true, value: (media: string) => new NoMatch(media) },
  ResizeObserver: { writable: true, value: StillResizeObserver },
  scrollTo: { writable: true, value: () => undefined },
});
Object.defineProperty(document, 'fonts', { configurable: true, value: fonts });
Object.defineProperty(Element.prototype, 'scrollIntoView', { writable: true, value: () => undefined });
Object.defineProperty(crypto, 'subtle', { configurable: true, value: webcrypto.subtle });

// ProseMirror asks where its text stands.
const nowhere = (): DOMRect => new DOMRect(0, 0, 0, 0);
const noRects = (): DOMRectList => Object.assign([], { item: () => null });
Object.defineProperties(Range.prototype, {
  getBoundingClientRect: { writable: true, value: nowhere },
  getClientRects: { writable: true, value: noRects },
});
Object.defineProperty(document, 'elementFromPoint', { writable: true, value: () => null });
