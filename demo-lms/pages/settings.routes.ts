import { Router, type Request } from 'express';
import type { Lms } from '../lms.ts';
import { rulesOf, SHARED_ISSUERS } from '../modes/modes.ts';
import { LmsError } from '../state/errors.ts';
import { DEFAULT_SETTINGS, PRIVACY_LEVELS, type SettingValues } from '../state/settings.ts';
import {
  FAULTS,
  FAULT_KINDS,
  FAULT_SCOPES,
  FAULTS_OF,
  type Fault,
  type FaultKind,
} from '../state/switches.ts';
import { MODES } from '../state/types.ts';
import { field, numberField, readContext, type PageContext } from './context.ts';
import { html, trusted, type SafeHtml } from './html.ts';
import { buttonForm, checkField, page, selectField, textField } from './layout.ts';

/** Which LMS this one plays, and what goes wrong on purpose. Anyone may flip these. */
export function createSettingsRoutes(lms: Lms): Router {
  const router = Router();
  router.get('/settings', (req, res) => res.send(settingsPage(readContext(lms, req))));
  router.post('/settings', (req, res) => {
    lms.settings.set(readSettings(req));
    res.redirect(303, '/settings?note=Saved.');
  });
  router.post('/settings/mode', (req, res) => {
    lms.settings.set({ mode: pick(MODES, field(req, 'mode')) });
    res.redirect(303, `/settings?note=${encodeURIComponent(`${lms.rules().label} mode is on.`)}`);
  });
  router.post('/settings/switches', (req, res) => {
    const kind = pick(FAULT_KINDS, field(req, 'kind'));
    lms.switches.set(kind, field(req, 'off') ? null : readFault(kind, req));
    res.redirect(303, '/settings?note=The+switches+are+set.#switches');
  });
  router.post('/settings/tokens', (_req, res) => {
    lms.tokens.revokeAll();
    res.redirect(303, '/settings?note=All+access+tokens+are+worthless+now.');
  });
  router.post('/settings/same-kid', async (_req, res) => {
    await lms.rotateKey({ sameKid: true });
    res.redirect(303, '/settings?note=A+new+key+signs+under+the+old+kid.');
  });
  router.post('/settings/key', async (_req, res) => {
    await lms.rotateKey();
    res.redirect(303, '/settings?note=A+new+key+signs+from+now+on.');
  });
  return router;
}

function pick<T extends string>(all: readonly T[], value: string): T {
  const found = all.find((one) => one === value);
  if (found === undefined) throw new LmsError(400, `"${value}" is not a choice here.`);
  return found;
}

function readSettings(req: Request): Partial<SettingValues> {
  const login = field(req, 'loginMethod');
  return {
    issuer: field(req, 'issuer') || null,
    privacy: pick(PRIVACY_LEVELS, field(req, 'privacy')),
    launchIn: pick(['iframe', 'window', 'frame'] as const, field(req, 'launchIn')),
    loginMethod: login === 'post' || login === 'get' ? login : null,
    tokenLeewaySeconds: field(req, 'noLeeway') === 'on' ? 0 : null,
    tokenTtlSeconds: numberField(req, 'tokenTtlSeconds') ?? 3600,
    rosterPageSize: numberField(req, 'rosterPageSize') || null,
    acceptMultiple: yesNo(field(req, 'acceptMultiple')),
    requireUserAgent: yesNo(field(req, 'requireUserAgent')),
    rateLimit: {
      capacity: numberField(req, 'rateCapacity') ?? DEFAULT_SETTINGS.rateLimit.capacity,
      leakPerSecond: numberField(req, 'rateLeak') ?? DEFAULT_SETTINGS.rateLimit.leakPerSecond,
    },
    locale: field(req, 'locale') || 'en',
  };
}

const YES_NO = [
  ['', 'As this LMS does'],
  ['yes', 'Yes'],
  ['no', 'No'],
] as const;

function yesNo(text: string): boolean | null {
  return text === '' ? null : text === 'yes';
}

function fromYesNo(value: boolean | null): string {
  if (value === null) return '';
  return value ? 'yes' : 'no';
}

/** Settings that few will touch. */
function rarerFields(values: Readonly<SettingValues>): SafeHtml {
  const { capacity, leakPerSecond } = values.rateLimit;
  return html`${selectField('acceptMultiple', 'A tool may send several items at once', YES_NO, fromYesNo(values.acceptMultiple))}
  ${selectField('requireUserAgent', 'Calls need a User-Agent', YES_NO, fromYesNo(values.requireUserAgent))}
  ${textField('rateCapacity', 'Calls that a token may make at once (Canvas)', String(capacity))}
  ${textField('rateLeak', 'Calls that it gets back each second (Canvas)', String(leakPerSecond))}
  ${textField('locale', 'Language of launches', values.locale)}`;
}

function readFault(kind: FaultKind, req: Request): Fault {
  const scope = FAULTS_OF[kind] ?? pick(FAULT_SCOPES, field(req, 'scope') || 'all');
  const numbers = {
    count: numberField(req, 'count'),
    percent: numberField(req, 'percent'),
    ms: numberField(req, 'ms'),
    retryAfterSeconds: numberField(req, 'retryAfterSeconds'),
    status: numberField(req, 'status'),
  };
  const reason = field(req, 'reason');
  const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== null));
  return { scope, ...given, ...(reason ? { reason } : {}) };
}

function settingsPage(context: PageContext): string {
  const { lms } = context;
  return page(context, {
    title: 'Settings',
    body: html`<h1>Settings</h1>
      <h2>Which LMS this plays</h2>
      <form method="post" action="/settings/mode" class="row">
        ${MODES.map(
          (mode) =>
            html`<button
              type="submit"
              name="mode"
              value="${mode}"
              class="${mode === lms.rules().mode && 'main'}"
              aria-pressed="${mode === lms.rules().mode ? 'true' : 'false'}"
            >
              ${rulesOf(mode).label}
            </button>`,
        )}
      </form>
      ${settingsForm(context)}
      <h2>Keys and tokens</h2>
      <div class="row">
        ${buttonForm('/settings/key', 'Sign with a new key')}
        ${buttonForm('/settings/same-kid', 'Replace the key under the same kid')}
        ${buttonForm('/settings/tokens', 'Revoke all access tokens')}
      </div>
      <h2 id="switches">Misbehave</h2>
      <p>A fault strikes calls of tools. Empty count: without end. Empty share: every call.</p>
      ${FAULT_KINDS.map((kind) => switchForm(context, kind))}`,
  });
}

function settingsForm({ lms }: PageContext): SafeHtml {
  const values = lms.settings.get();
  const shared = SHARED_ISSUERS[values.mode];
  const hint = shared
    ? `Empty: ${lms.url}. All customers of ${lms.rules().label} share ${shared}.`
    : `Empty: ${lms.url}`;
  return html`<h2>How it behaves</h2>
    <form method="post" action="/settings">
      ${textField('issuer', 'Issuer', values.issuer ?? '', hint)}
      ${selectField(
        'privacy',
        'What tools learn of people',
        [
          ['public', 'Name and e-mail'],
          ['name_only', 'Name only'],
          ['email_only', 'E-mail only'],
          ['anonymous', 'Neither'],
        ],
        values.privacy,
      )}
      ${selectField(
        'launchIn',
        'Activities open in',
        [
          ['iframe', 'A frame of the page'],
          ['window', 'A new window'],
          ['frame', 'The same window'],
        ],
        values.launchIn,
      )}
      ${selectField(
        'loginMethod',
        'A tool’s login is started',
        [
          ['', 'As this LMS does'],
          ['post', 'By a form post (Moodle)'],
          ['get', 'By a redirect (Canvas)'],
        ],
        values.loginMethod ?? '',
      )}
      ${checkField('noLeeway', 'No leeway in token requests (always so in Moodle)', values.tokenLeewaySeconds === 0)}
      ${textField('tokenTtlSeconds', 'Seconds that an access token is good', String(values.tokenTtlSeconds))}
      ${textField('rosterPageSize', 'People in one page of a roster', String(values.rosterPageSize ?? ''), 'Empty: as this LMS does')}
      ${rarerFields(values)}
      <button type="submit" class="main">Save</button>
    </form>`;
}

function switchForm({ lms }: PageContext, kind: FaultKind): SafeHtml {
  const fault = lms.switches.get(kind);
  const id = (name: string) => `${kind}-${name}`;
  const scope = fault ? (Array.isArray(fault.scope) ? fault.scope.join(', ') : fault.scope) : null;
  const number = (name: 'count' | 'percent' | 'ms' | 'retryAfterSeconds' | 'status', label: string) =>
    html`<label for="${id(name)}">${label}</label>
      <input id="${id(name)}" name="${name}" size="5" inputmode="numeric" value="${fault?.[name] ?? ''}" />`;
  return html`<details data-switch="${kind}" data-on="${fault ? 'yes' : 'no'}" ${fault && trusted('open')}>
    <summary>${FAULTS[kind]} ${fault && html`<span class="chip warn">on: ${scope}</span>`}</summary>
    <form method="post" action="/settings/switches" class="row">
      <input type="hidden" name="kind" value="${kind}" />
      ${!FAULTS_OF[kind] && scopeSelect(id('scope'), scope ?? 'all')} ${number('count', 'Count')}
      ${number('percent', 'Share in %')} ${kind === 'slow' && number('ms', 'Milliseconds')}
      ${kind === 'refuses' && html`${number('status', 'Status')} ${reasonField(id('reason'), fault)}`}
      ${(kind === 'tooMany' || kind === 'unavailable') && number('retryAfterSeconds', 'Retry-After')}
      <button type="submit">${fault ? 'Change' : 'Switch on'}</button>
      ${fault && html`<button type="submit" name="off" value="1">Switch off</button>`}
    </form>
  </details>`;
}

function reasonField(id: string, fault: Fault | null): SafeHtml {
  return html`<label for="${id}">Reason</label>
    <input id="${id}" name="reason" size="20" value="${fault?.reason ?? ''}" />`;
}

function scopeSelect(id: string, chosen: string): SafeHtml {
  return html`<label for="${id}">For</label>
    <select id="${id}" name="scope">
      ${FAULT_SCOPES.map(
        (scope) =>
          html`<option value="${scope}" ${scope === chosen && trusted('selected')}>${scope}</option>`,
      )}
    </select>`;
}
