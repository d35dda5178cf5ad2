import type { Link } from '../state/types.ts';
import type { PageContext } from './context.ts';
import { html, scriptJson, trusted, type SafeHtml } from './html.ts';
import { STORAGE_SCRIPT } from './storageFrame.ts';

/** The tool's frame, or the button that opens it in a window, with what the page around it answers to messages. */
export function embed(context: PageContext, link: Link, forPersonId: string | null): SafeHtml {
  const { lms } = context;
  const { launchIn } = lms.settings.get();
  const review = forPersonId ? `&for=${encodeURIComponent(forPersonId)}` : '';
  const src = `/courses/${link.courseId}/activities/${link.id}/launch?target=${launchIn}${review}`;
  return html`${lms.rules().mode === 'canvas' && storageFrame(lms.frameUrl)}
    <div role="status" id="tool-alert" class="bare-note" hidden></div>
    ${launchIn === 'iframe' ? frame(link, src) : opener(link, src, launchIn)} ${hostScript(context)}`;
}

function frame(link: Link, src: string): SafeHtml {
  return html`<iframe
    id="tool-frame"
    name="tool-frame"
    class="tool-frame"
    title="${link.title}"
    src="${src}"
    allow="microphone; camera; geolocation; fullscreen; clipboard-write"
    allowfullscreen
  ></iframe>`;
}

function opener(link: Link, src: string, launchIn: 'window' | 'frame'): SafeHtml {
  const target = launchIn === 'window' ? trusted('target="_blank" rel="opener"') : '';
  const words = launchIn === 'window' ? 'in a new window' : 'here';
  return html`<p>
    <a class="button main" id="open-tool" href="${src}" ${target}>Open ${link.title} ${words}</a>
  </p>`;
}

function storageFrame(frameUrl: string): SafeHtml {
  return html`<iframe
    name="post_message_forwarding"
    id="post_message_forwarding"
    title="Platform storage"
    src="${frameUrl}/lti/post_message_forwarding"
    hidden
  ></iframe>`;
}

/**
 * What the page answers: Canvas to lti.frameResize and its kin, Schoology to storage. Moodle and the plain
 * mode answer nothing at all.
 */
function hostScript({ lms }: PageContext): SafeHtml | null {
  const { storageTarget, resizes } = lms.rules();
  if (!storageTarget) return null;
  const facts = { resizes, storesHere: storageTarget === '_parent', storageTarget };
  return html`<script>
    const lmsFacts = ${scriptJson(facts)};
    ${trusted(STORAGE_SCRIPT)} ${trusted(HOST_SCRIPT)};
  </script>`;
}

const HOST_SCRIPT = `
const toolFrame = document.getElementById('tool-frame');
const alertBox = document.getElementById('tool-alert');
let unloadMessage = null;
addEventListener('beforeunload', (event) => { if (unloadMessage) event.preventDefault(); });
function say(data) { alertBox.textContent = String(data.body || ''); alertBox.hidden = false; }
const answers = lmsFacts.resizes ? {
  'lti.frameResize': (data) => {
    const height = Math.round(Number(data.height));
    if (!Number.isFinite(height) || height <= 0) return { error: { code: 'bad_request', message: 'height' } };
    if (toolFrame) toolFrame.style.height = Math.max(450, height) + 'px';
    return {};
  },
  'lti.fetchWindowSize': () => {
    const box = toolFrame ? toolFrame.getBoundingClientRect() : { top: 0, left: 0 };
    return { height: innerHeight, width: innerWidth, footer: 0, scrollY,
      offset: { top: box.top + scrollY, left: box.left + scrollX } };
  },
  'lti.scrollToTop': () => { scrollTo({ top: 0 }); return {}; },
  'lti.setUnloadMessage': (data) => { unloadMessage = String(data.message || 'Leave?'); return {}; },
  'lti.removeUnloadMessage': () => { unloadMessage = null; return {}; },
  'lti.showAlert': (data) => { say(data); return {}; },
  'lti.screenReaderAlert': (data) => { say(data); return {}; },
} : {};
function capabilities() {
  const storage = ['lti.put_data', 'lti.get_data'].map((subject) =>
    lmsFacts.storesHere ? { subject } : { subject, frame: lmsFacts.storageTarget });
  const subjects = ['lti.capabilities', ...Object.keys(answers)].map((subject) => ({ subject }));
  return { supported_messages: [...subjects, ...storage] };
}
addEventListener('message', (event) => {
  const data = event.data;
  if (!data || typeof data.subject !== 'string' || !data.subject.startsWith('lti.')) return;
  if (lmsFacts.storesHere && answerStorage(event)) return;
  const answer = data.subject === 'lti.capabilities' ? capabilities
    : answers[data.subject] || (() => ({ error: { code: 'unsupported_subject', message: 'Not supported' } }));
  event.source.postMessage({ subject: data.subject + '.response', message_id: data.message_id, ...answer(data) }, event.origin);
});`;
