import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { followHeight, workspaceHeight } from '../../../client/src/frame/frameHeight.ts';
import { connectLms, parentOrigins, toLmsWindow } from '../../../client/src/frame/lmsMessages.ts';
import type { Lms } from '../../../client/src/frame/lmsMessages.ts';
import { openOwnWindow, windowAddress } from '../../../client/src/api/ownWindow.ts';
import { LeaveGuard } from '../../../client/src/frame/leaveGuard.ts';

const LMS = 'https://school.instructure.com';

describe('to whom messages go', () => {
  it('is our parent, where the session knows it', () => {
    expect(parentOrigins([LMS, 'https://other.example'], LMS)).toEqual([LMS]);
  });

  it('is nobody, where a stranger has framed us', () => {
    expect(parentOrigins([LMS], 'https://evil.example')).toEqual([]);
  });

  it('is a host of a known wildcard, never one that only ends like it', () => {
    const known = ['https://*.instructure.com'];

    expect(parentOrigins(known, LMS)).toEqual([LMS]);
    expect(parentOrigins(known, 'https://evilinstructure.com')).toEqual([]);
    expect(parentOrigins(known, 'http://school.instructure.com')).toEqual([]);
  });

  it('is each known origin, but no wildcard, where the browser does not tell who frames us', () => {
    expect(parentOrigins([`${LMS}/courses/1`, 'https://*.instructure.com', LMS], null)).toEqual([LMS]);
  });
});

describe('the window around us', () => {
  const answer = {
    subject: 'lti.fetchWindowSize.response',
    height: 900,
    width: 1200,
    offset: { top: 140 },
    footer: 52,
  };

  it('is read from an object or from JSON text', () => {
    expect(toLmsWindow(answer)).toEqual({ height: 900, top: 140, footer: 52, scrollY: 0 });
    expect(toLmsWindow(JSON.stringify(answer))).toEqual(toLmsWindow(answer));
  });

  it('is not read from anything else', () => {
    for (const other of [null, 'text', { subject: 'lti.scroll' }, { ...answer, height: 'NaN' }]) {
      expect(toLmsWindow(other)).toBeNull();
    }
  });

  it('gives a workspace what is free in it, within what can be worked in', () => {
    const around = (height: number) => ({ height, top: 140, footer: 52, scrollY: 0 });

    expect([600, 900.4, 1600].map((height) => workspaceHeight(around(height)))).toEqual([560, 708, 1000]);
  });
});

describe('talking to the LMS', () => {
  const parent = window.parent;
  let sent: [unknown, string][];
  let fakeParent: { postMessage: (message: unknown, origin: string) => void };

  beforeEach(() => {
    sent = [];
    fakeParent = { postMessage: (message, origin) => void sent.push([message, origin]) };
    Object.defineProperty(window, 'parent', { configurable: true, value: fakeParent });
    Object.defineProperty(window.location, 'ancestorOrigins', { configurable: true, value: [LMS] });
  });
  afterEach(() => {
    Object.defineProperty(window, 'parent', { configurable: true, value: parent });
    Reflect.deleteProperty(window.location, 'ancestorOrigins');
  });

  const reply = (origin: string, source: unknown = fakeParent) => {
    const data = { subject: 'lti.fetchWindowSize.response', height: 800 };
    const event = new MessageEvent('message', { data, origin });
    Object.defineProperty(event, 'source', { value: source });
    window.dispatchEvent(event);
  };

  it('names the origin in every message', () => {
    connectLms({ origins: [LMS] }).resize(640);

    expect(sent).toEqual([[{ subject: 'lti.frameResize', height: 640 }, LMS]]);
  });

  it('says nothing in a frame of a stranger', () => {
    const lms = connectLms({ origins: ['https://moodle.example'] });

    lms.scrollToTop();

    expect(lms.framed).toBe(false);
    expect(sent).toEqual([]);
  });

  it('believes an answer of the parent only', async () => {
    const asked = connectLms({ origins: [LMS] }).windowSize();

    reply('https://evil.example');
    reply(LMS, { postMessage: () => undefined });
    reply(LMS);

    expect(await asked).toMatchObject({ height: 800 });
  });

  it('goes on without an answer', async () => {
    jest.useFakeTimers();
    const asked = connectLms({ origins: [LMS] }).windowSize();

    await jest.advanceTimersByTimeAsync(1600);
    jest.useRealTimers();

    expect(await asked).toBeNull();
  });
});

/** An LMS that writes down what it is told. */
function recordingLms(): Lms & { told: string[] } {
  const told: string[] = [];
  return {
    told,
    framed: true,
    resize: (height) => void told.push(`resize ${height}`),
    scrollToTop: () => void told.push('top'),
    setUnloadMessage: (message) => void told.push(`ask ${message}`),
    removeUnloadMessage: () => void told.push('let go'),
    windowSize: () => Promise.resolve(null),
  };
}

describe("a reading page's height", () => {
  it('is sent in whole px and only when it changed by more than 8', () => {
    const lms = recordingLms();
    const content = document.createElement('div');
    let height = 700.2;
    content.getBoundingClientRect = () => new DOMRect(0, 0, 600, height);
    let resized: () => void = () => undefined;
    const Still = window.ResizeObserver;
    window.ResizeObserver = class extends Still {
      constructor(callback: ResizeObserverCallback) {
        super(callback);
        resized = () => callback([], this);
      }
    };

    followHeight('reading', lms, content);
    for (const next of [700.2, 705, 709, 900]) {
      height = next;
      resized();
    }
    window.ResizeObserver = Still;

    expect(lms.told).toEqual(['resize 701', 'resize 900']);
  });

  it('is left alone for a workspace whose LMS does not answer', async () => {
    const lms = recordingLms();

    followHeight('workspace', lms, document.createElement('div'));
    await Promise.resolve();

    expect(lms.told).toEqual([]);
  });
});

describe('leaving', () => {
  const leave = () => {
    const event = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(event);
    return event.defaultPrevented;
  };

  it('asks only while some part of the page holds unsent text', () => {
    const lms = recordingLms();
    const guard = new LeaveGuard(lms, () => 'Some text is not saved.');
    const before = leave();

    guard.set('reflection', true);
    guard.set('note', true);
    guard.set('reflection', false);
    const during = leave();
    guard.set('note', false);

    expect([before, during, leave()]).toEqual([false, true, false]);
    expect(lms.told).toEqual(['ask Some text is not saved.', 'let go']);
  });
});

describe('a window of its own', () => {
  it('gets the code in the fragment, where no log sees it', () => {
    expect(windowAddress('/app/k/modules/1', '?lng=en', 'a.b')).toBe('/app/k/modules/1?lng=en#code=a.b');
  });

  it('is not asked a code for when the browser opened none', async () => {
    jest.spyOn(window, 'open').mockReturnValue(null);
    let asked = false;

    const opened = await openOwnWindow(() => {
      asked = true;
      return Promise.reject(new Error('not reached'));
    });

    expect([opened, asked]).toEqual([false, false]);
  });
});
