import { inTransaction } from '../../db.ts';
import type { Deps } from '../../deps.ts';
import { AppError, notFound } from '../../errors.ts';
import { TimedCache } from '../../lti/timedCache.ts';
import { appendAudit, type Actor } from '../audit/audit.service.ts';
import { InstitutionModel, type InstitutionDoc } from './institution.model.ts';
import { ABOUT_SETTINGS, InstitutionSettings, type AboutSetting, type SettingKey } from './settings.ts';

export type { InstitutionSettings, SettingKey } from './settings.ts';

type Stored = Pick<InstitutionDoc, '_id' | 'settings'>;
type Logged = Pick<Deps, 'log'>;

const FIELDS = InstitutionSettings.shape;
const DEFAULTS = Object.freeze(InstitutionSettings.parse({}));
export const SETTING_KEYS = Object.keys(FIELDS) as readonly SettingKey[];

function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(FIELDS, key);
}

const isFault = ([key, value]: [string, unknown]): boolean =>
  !isSettingKey(key) || !FIELDS[key].unwrap().safeParse(value).success;

/** What is stored as settings, by key; null if it is not an object. */
function entriesOf(stored: unknown): [string, unknown][] | null {
  if (stored === undefined) return [];
  return typeof stored === 'object' && stored !== null && !Array.isArray(stored)
    ? Object.entries(stored)
    : null;
}

/** What this process has logged already, by institution and key. */
const logged = new Set<string>();
const MOST_LOGGED = 1_000;

function logOnce({ log }: Logged, institutionId: string, setting: string): void {
  const key = `${institutionId} ${setting}`;
  if (logged.has(key)) return;
  if (logged.size >= MOST_LOGGED) logged.clear();
  logged.add(key);
  log.warn({ institutionId, setting }, 'a stored setting is not allowed or not known: it is ignored');
}

/**
 * The settings of an institution that was read: what was set, with defaults for everything else. A stored value that is unknown
 * or not allowed (set by hand, or by another version) is logged once per process and counts as not set; it is never an error.
 */
export function settingsOf(deps: Logged, { _id, settings }: Stored): InstitutionSettings {
  const entries = entriesOf(settings);
  if (!entries) logOnce(deps, _id, 'settings');
  if (!entries?.length) return DEFAULTS;
  const faults = entries.filter(isFault).map(([key]) => key);
  for (const key of faults) logOnce(deps, _id, key);
  return InstitutionSettings.parse(Object.fromEntries(entries.filter(([key]) => !faults.includes(key))));
}

async function findStored(institutionId: string): Promise<Stored | null> {
  return InstitutionModel.findById(institutionId, { settings: 1 }).lean();
}

const CACHE_MS = 30_000;
const MOST_CACHED = 10_000;
const cache = new TimedCache<Stored>({ ttlMs: CACHE_MS, max: MOST_CACHED });

/**
 * The settings of an institution, read at most every 30 s by each process: a change takes effect at once in the process that
 * makes it, and in the others within that time. Pages that read the institution anyway (`institutionPart`) use `settingsOf`
 * instead, so that a change takes effect at once. An institution that does not exist has nothing set.
 */
export async function getSettings(deps: Logged, institutionId: string): Promise<InstitutionSettings> {
  const stored = await cache.get(institutionId, () => findStored(institutionId));
  return settingsOf(deps, stored ?? { _id: institutionId });
}

/** A setting as described to an operator, with its default. */
export function describeSetting(
  key: SettingKey,
): AboutSetting & { default: string | number | boolean | null } {
  const about = ABOUT_SETTINGS.get(FIELDS[key]);
  if (!about) throw new Error(`the setting ${key} is not described`);
  return { ...about, default: DEFAULTS[key] };
}

/** @throws {AppError} VALIDATION_FAILED, naming the existing settings */
export function toSettingKey(typed: string): SettingKey {
  if (isSettingKey(typed)) return typed;
  throw new AppError('VALIDATION_FAILED', `There is no setting "${typed}": ${SETTING_KEYS.join(', ')}.`);
}

/** @throws {AppError} VALIDATION_FAILED, saying what is allowed */
function requireAllowed(key: SettingKey, value: unknown, typed = JSON.stringify(value)): InstitutionSettings {
  const checked = InstitutionSettings.safeParse({ [key]: value });
  if (checked.success && value !== undefined) return checked.data;
  throw new AppError(
    'VALIDATION_FAILED',
    `${key} can’t be ${typed}: it must be ${describeSetting(key).allowed}.`,
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/**
 * A value as typed on a command line: a text unchanged; numbers, `true`, `false` and `null` as in JSON.
 *
 * @throws {AppError} VALIDATION_FAILED, saying what is allowed
 */
export function parseSetting<K extends SettingKey>(key: K, typed: string): InstitutionSettings[K] {
  const value = FIELDS[key].safeParse(typed).success ? typed : readJson(typed);
  return requireAllowed(key, value, `"${typed}"`)[key];
}

/** Also replaces a stored value that is not an object; two people who change different settings at once both succeed. */
const toUpdate = (key: SettingKey, value: unknown) => {
  const stored = { $cond: [{ $eq: [{ $type: '$settings' }, 'object'] }, '$settings', {}] };
  return value === undefined
    ? [{ $set: { settings: stored } }, { $unset: `settings.${key}` }]
    : [{ $set: { settings: { $mergeObjects: [stored, { [key]: { $literal: value } }] } } }];
};

/** @param value  undefined: it is no longer set */
async function writeSetting(
  deps: Pick<Deps, 'clock' | 'log'>,
  actor: Actor,
  key: SettingKey,
  value: InstitutionSettings[SettingKey] | undefined,
): Promise<InstitutionSettings> {
  const { institutionId } = actor;
  const changed = await inTransaction(async (tx) => {
    const old = await InstitutionModel.findByIdAndUpdate(institutionId, toUpdate(key, value), {
      updatePipeline: true,
      returnDocument: 'before',
      session: tx,
    }).lean();
    if (!old) throw notFound('This institution');
    const before = settingsOf(deps, old);
    const after = { ...before, [key]: value ?? DEFAULTS[key] };
    const [, stored] = entriesOf(old.settings)?.find(([other]) => other === key) ?? [];
    if (stored !== value) {
      const facts = { setting: key, before: before[key], after: after[key], isSet: value !== undefined };
      const subject = { kind: 'institution', id: institutionId };
      await appendAudit(deps, actor, { action: 'institution.changed', subject, facts }, tx);
    }
    return after;
  });
  cache.clear();
  return changed;
}

/**
 * Sets one setting; the others stay unchanged. Setting it to its current value changes nothing. The caller has checked the
 * actor's right.
 *
 * @returns all current settings of the institution
 * @throws {AppError} VALIDATION_FAILED, saying what is allowed; NOT_FOUND
 */
export async function setSetting<K extends SettingKey>(
  deps: Pick<Deps, 'clock' | 'log'>,
  actor: Actor,
  key: K,
  value: InstitutionSettings[K],
): Promise<InstitutionSettings> {
  return writeSetting(deps, actor, key, requireAllowed(key, value)[key]);
}

/** Removes what was set, so that the default applies. The caller has checked the actor's right. @throws {AppError} NOT_FOUND */
export async function resetSetting(
  deps: Pick<Deps, 'clock' | 'log'>,
  actor: Actor,
  key: SettingKey,
): Promise<InstitutionSettings> {
  return writeSetting(deps, actor, key, undefined);
}
