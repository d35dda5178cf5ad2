import type { EmbedInput, Lms } from '../lms.ts';
import type { LineItem, Mode, SubmissionReview } from '../state/types.ts';

export type ContentItem = Record<string, unknown>;

/** What this mode makes of one content item: an activity to embed, nothing, or a reason why not. */
export type ItemResult =
  { embed: Omit<EmbedInput, 'courseId' | 'toolId'> } | { refused: string } | { swallowed: true };

const TITLE_MAX = 255;
const POINTS_MAX = 100;

/** Whether Moodle's page would crash on this item: a nested value in `custom`. */
export function crashesMoodle(item: ContentItem): boolean {
  return Object.values(asObject(item.custom)).some((value) => typeof value === 'object' && value !== null);
}

/**
 * Reads a content item as the mode does.
 * @param isOnly true when it is the only one: Moodle then shows a form that checks it, otherwise it creates
 *   all and says nothing of what went wrong
 */
export function readItem(lms: Lms, item: ContentItem, toolName: string, isOnly: boolean): ItemResult {
  const { mode } = lms.rules();
  if (mode === 'moodle') return readMoodleItem(item, toolName, isOnly);
  const type = String(item.type);
  if (type !== 'ltiResourceLink' && type !== 'link') {
    return lms.rules().deepLinking.acceptTypes.includes(type)
      ? { refused: `Demo LMS does not show items of the type "${type}".` }
      : { refused: `Items of the type "${type}" were not asked for.` };
  }
  const lineItem = asObject(item.lineItem);
  const points = typeof lineItem.scoreMaximum === 'number' ? lineItem.scoreMaximum : null;
  if (item.lineItem && (points === null || points <= 0))
    return { refused: 'The points must be a number above 0.' };
  return { embed: toEmbed(item, toolName, points, mode) };
}

function readMoodleItem(item: ContentItem, toolName: string, isOnly: boolean): ItemResult {
  const title = text(item.title) ?? toolName;
  if (title.length > TITLE_MAX) {
    return isOnly ? { refused: `Maximum of ${TITLE_MAX} characters` } : { swallowed: true };
  }
  const given = asObject(item.lineItem).scoreMaximum;
  const points = given === undefined ? POINTS_MAX : Number(given);
  const isGood = Number.isInteger(points) && points >= 1 && points <= POINTS_MAX;
  if (item.lineItem && !isGood && isOnly) {
    return { refused: `Invalid grade value. This must be an integer between 1 and ${POINTS_MAX}.` };
  }
  const embed = toEmbed(item, toolName, item.lineItem ? points : null, 'moodle');
  if (item.lineItem && !isGood && embed.lineItem) embed.lineItem = { ...embed.lineItem, kind: 'text' };
  return { embed };
}

function toEmbed(item: ContentItem, toolName: string, points: number | null, mode: Mode) {
  const { iframe, window, available, submission } = item;
  const isMoodle = mode === 'moodle';
  const embed: Omit<EmbedInput, 'courseId' | 'toolId'> = {
    title: text(item.title) ?? toolName,
    description: text(item.text) ?? '',
    url: text(item.url),
    custom: readCustom(item.custom, isMoodle),
    iconUrl: text(asObject(item.icon).url),
    extras: isMoodle ? {} : { iframe, window, available, submission },
  };
  if (points !== null) embed.lineItem = toColumn(asObject(item.lineItem), points, isMoodle);
  return embed;
}

function toColumn(lineItem: ContentItem, scoreMaximum: number, isMoodle: boolean) {
  const label = text(lineItem.label);
  const column: Partial<LineItem> & { scoreMaximum: number } = {
    scoreMaximum,
    resourceId: text(lineItem.resourceId),
    tag: text(lineItem.tag),
    submissionReview: (lineItem.submissionReview as SubmissionReview | undefined) ?? null,
  };
  // Moodle names the column after the activity.
  if (label !== null && !isMoodle) column.label = label;
  return column;
}

/** Custom values are texts. Moodle cuts them at line breaks, strips tags and writes true as 1. */
export function readCustom(value: unknown, isMoodle: boolean): Record<string, string> {
  const entries = Object.entries(asObject(value)).map(([key, one]): [string, string] => {
    const plain = typeof one === 'string' ? one : JSON.stringify(one);
    if (!isMoodle) return [key, plain];
    if (one === true) return [key, '1'];
    return [key, (plain.split(/[\r\n]/)[0] ?? '').replace(/<[^>]*>/g, '')];
  });
  return Object.fromEntries(entries);
}

export function asObject(value: unknown): ContentItem {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ContentItem) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
