import type { LmsState } from '../state/lmsState.ts';
import type { Course, LineItem, Link, Person } from '../state/types.ts';

export interface VariableScope {
  lms: LmsState;
  person: Person;
  course: Course;
  /** null in deep linking. */
  link: Link | null;
  item: LineItem | null;
}

/** Merges the tool's and the item's custom parameters and fills in their `$Variables`, as this mode does. */
export function buildCustom(
  scope: VariableScope,
  own: Record<string, string>,
): Record<string, string | null> {
  const tool = scope.link ? scope.lms.tools.get(scope.link.toolId) : null;
  const shared = tool?.customParameters ?? {};
  const merged = scope.lms.rules().toolCustomWins ? { ...own, ...shared } : { ...shared, ...own };
  const isMoodle = scope.lms.rules().mode === 'moodle';
  const result: Record<string, string | null> = {};
  for (const [key, value] of Object.entries(merged)) {
    const filled = expand(value, scope);
    result[key] = filled;
    // Moodle sends a key with capitals or signs a second time, in LTI 1.1's spelling.
    if (isMoodle) result[key.toLowerCase().replace(/[^a-z0-9]/g, '_')] = filled;
  }
  return result;
}

/** The value of a variable; an unknown one stays as it is written. */
function expand(value: string, scope: VariableScope): string | null {
  if (!value.startsWith('$')) return value;
  const values = variables(scope);
  return value.slice(1) in values ? (values[value.slice(1)] ?? null) : value;
}

function variables({ lms, person, course, link, item }: VariableScope): Record<string, string | null> {
  const { mode } = lms.settings.get();
  const known: Record<string, string | null> = {
    'User.id': lms.subOf(person.id),
    'User.username': person.id,
    'Person.name.full': person.name,
    'Person.name.given': person.givenName,
    'Person.name.family': person.familyName,
    'Person.email.primary': person.email,
    'Person.sourcedId': person.sourcedId,
    'Context.id': lms.contextIdOf(course.id),
    'Context.title': course.title,
    'Context.label': course.label,
    'Context.sourcedId': course.sourcedId,
    'Context.id.history': course.history.map((id) => lms.contextIdOf(id)).join(','),
    'ResourceLink.id': link ? lms.linkIdOf(link.id) : null,
    'ResourceLink.title': link?.title ?? '',
    'ToolConsumerInstance.guid': lms.guid,
  };
  if (mode !== 'moodle') Object.assign(known, dates(link, item));
  if (mode === 'plain' || mode === 'schoology') {
    known['ResourceLink.id.history'] = (link?.history ?? []).map((id) => lms.linkIdOf(id)).join(',');
  }
  if (mode === 'canvas') Object.assign(known, canvasVariables({ lms, person, course, link, item }));
  return known;
}

function dates(link: Link | null, item: LineItem | null): Record<string, string> {
  const available = asDates(link?.extras.available);
  const submission = asDates(link?.extras.submission);
  return {
    'ResourceLink.available.startDateTime': available.startDateTime ?? '',
    'ResourceLink.available.endDateTime': available.endDateTime ?? '',
    'ResourceLink.submission.startDateTime': submission.startDateTime ?? item?.startDateTime ?? '',
    'ResourceLink.submission.endDateTime': submission.endDateTime ?? item?.endDateTime ?? '',
  };
}

function asDates(value: unknown): { startDateTime?: string; endDateTime?: string } {
  return typeof value === 'object' && value !== null ? value : {};
}

function canvasVariables({ person, course, link, item }: VariableScope): Record<string, string> {
  return {
    'Canvas.user.id': person.number,
    'Canvas.user.globalId': `1${person.number.padStart(13, '0')}`,
    'Canvas.user.sisSourceId': person.sourcedId,
    'Canvas.user.loginId': person.id,
    'Canvas.course.id': course.id,
    'Canvas.course.sectionIds': course.id,
    'Canvas.assignment.id': item?.id ?? '',
    'Canvas.assignment.title': link?.title ?? '',
    'Canvas.assignment.pointsPossible': item ? String(item.scoreMaximum) : '',
    'Canvas.assignment.dueAt.iso8601': asDates(link?.extras.submission).endDateTime ?? '',
    'Person.address.timezone': 'America/Denver',
  };
}
