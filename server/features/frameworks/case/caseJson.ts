import { isDeepStrictEqual } from 'node:util';
import type { CaseMembers, ImportFault } from '../../../../contract/frameworks.ts';
import { endSlice } from '../../../slices.ts';
import { fileFault } from '../readBytes.ts';

/** How deep a CASE document may be nested; real ones stay below ten. */
const DEPTH_MAX = 40;
/** Our part of the `extensions` of CASE 1.1. */
export const EXTENSION = 'waymark';

/** True for what JSON writes in braces. */
export function isMembers(value: unknown): value is CaseMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses JSON that nothing is known about. */
export async function parseJson(
  text: string,
): Promise<{ value: unknown; fault?: undefined } | { fault: ImportFault }> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: fileFault('The file is not JSON. Export it again from where it comes from.') };
  }
  await endSlice();
  const fault = findHostileNesting(value);
  return fault ? { fault } : { value };
}

/** Not recursive, so that nothing is nested too deep to be refused. */
function findHostileNesting(value: unknown): ImportFault | null {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH_MAX) return fileFault(`The document is nested more than ${DEPTH_MAX} levels deep.`);
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      // such a member could not be copied, and would be lost
      if (Object.hasOwn(one, '__proto__'))
        return fileFault('The document has a member with the name __proto__.');
      for (const member of Object.values(one)) next.push(member);
    }
    level = next;
  }
  return null;
}

/** What of an object as it came is not in the one that we would write. `mergeMembers` puts the two together again. */
export function restOf(raw: CaseMembers, written: CaseMembers): CaseMembers {
  const rest: CaseMembers = {};
  for (const [name, value] of Object.entries(raw)) {
    if (name === 'extensions' && isMembers(written[name])) {
      const others = isMembers(value) ? Object.entries(value).filter(([key]) => key !== EXTENSION) : [];
      if (others.length > 0) rest[name] = Object.fromEntries(others);
    } else if (!isDeepStrictEqual(value, written[name])) rest[name] = value;
  }
  return rest;
}

/** An object as we write it together with what came with it, which wins. */
export function mergeMembers(written: CaseMembers, rest: CaseMembers): CaseMembers {
  const merged = { ...written, ...rest };
  const [ours, theirs] = [written['extensions'], rest['extensions']];
  if (isMembers(ours)) merged['extensions'] = { ...(isMembers(theirs) ? theirs : {}), ...ours };
  return merged;
}
